import fc from "fast-check";
import { expect, test } from "vitest";
import { curveBlocks } from "./curve-blocks.js";

test("a column is as high as the mean of its part of the values", () => {
  expect(curveBlocks([0, 1, 2, 3, 4, 5, 6, 7, 8], 8, 9)).toEqual([" ▁▂▃▄▅▆▇█"]);
  expect(curveBlocks([1, 1, 3, 3, 8, 8], 8, 3)).toEqual(["▁▃█"]);
  expect(curveBlocks([4, 8], 8, 4)).toEqual(["▄▄██"]);
  expect(curveBlocks([8, 4, 2, 0], 8, 4, 2)).toEqual(["█   ", "██▄ "]);
  // What is not 0 is seen.
  expect(curveBlocks([1e-9, 0], 1, 2)).toEqual(["▁ "]);
});

test("whatever the values, there are as many rows and columns as were asked for, whole below what they show", () => {
  const values = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 1, maxLength: 90 });
  const sizes = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(values, sizes, (values, [columns, rows]) => {
      const drawn = curveBlocks(values, 5, columns, rows);
      expect(drawn.map((row) => row.length)).toEqual(new Array(rows).fill(columns));
      for (let i = 0; i < columns; i++) expect(drawn.map((row) => row[i]).join("")).toMatch(/^ *[▁▂▃▄▅▆▇]?█*$/u);
    }),
  );
});
