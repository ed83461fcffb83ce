import { expect, test } from "vitest";
import { ColumnTypes } from "./column-types.js";

test("a column has the narrowest type that holds all of its values, and text where it has none", () => {
  const types = new ColumnTypes(["none"]);
  types.add({ none: null, whole: 1, number: 1, flag: true, mixed: true, text: "a" });
  types.add({ none: null, whole: null, number: 0.5, flag: null, mixed: 3, text: null, late: -7 });
  types.add({ none: null, whole: 2 ** 53 - 1, number: 2, flag: false, mixed: null, text: "b" });
  expect(Object.entries(types.types())).toEqual([
    ...[
      ["none", "VARCHAR"],
      ["whole", "BIGINT"],
      ["number", "DOUBLE"],
      ["flag", "BOOLEAN"],
      ["mixed", "VARCHAR"],
      ["text", "VARCHAR"],
      ["late", "BIGINT"],
    ],
  ]);
});
