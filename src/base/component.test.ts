import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { refusalOf } from "../testing/refusal.js";
import { type Component, Registry } from "./component.js";
import { section, text, whole } from "./settings.js";

type Scale = Component<number, string>;
const scale: Scale = {
  name: "scale",
  about: "by a factor",
  source: "arithmetic",
  settings: section({ factor: whole(1, 9).default(2) }),
  create: ({ factor }, given) => String((factor as number) * given),
};
const read: Scale = {
  name: "read",
  about: "from a file",
  source: "a disk",
  settings: section({ file: text("a path") }),
  shorthand: { wanted: "a .txt file", settings: (path) => (path.endsWith(".txt") ? { file: path } : undefined) },
  create: ({ file }, given) => `${file}:${given}`,
};
const kinds = new Registry("kind", [scale, read]);
const schema = kinds.schema("scale");

describe("a configuration may say", () => {
  test.each([
    ["a name", "scale", { name: "scale", factor: 2 }],
    ["a name with settings", { name: "scale", factor: 3 }, { name: "scale", factor: 3 }],
    ["settings of the default alone", { factor: 4 }, { name: "scale", factor: 4 }],
    ["a shorthand", "a.txt", { name: "read", file: "a.txt" }],
  ])("%s", (_, given, chosen) => {
    expect(schema.parse(given)).toEqual(chosen);
    expect(schema.parse(schema.parse(given))).toEqual(chosen);
  });

  test("nothing else, whatever it is: an error names what is wanted, and none is thrown", () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        const { success, data, error } = schema.safeParse(given);
        if (success) expect(kinds.names).toContain(data.name);
        else expect(error.issues.length).toBeGreaterThan(0);
      }),
    );
  });

  test.each([
    ["another name", "scael", [], "scale or a .txt file"],
    ["another name in a section", { name: "scael" }, ["name"], "scale or a .txt file"],
    ["a setting out of bounds", { factor: 0 }, ["factor"], "a whole number from 1 to 9"],
  ])("but not %s", (_, given, path, message) => {
    expect(schema.safeParse(given).error?.issues).toMatchObject([{ path, message }]);
    const inside = z.object({ part: schema }).safeParse({ part: given });
    expect(inside.error?.issues).toMatchObject([{ path: ["part", ...path], message }]);
  });
});

test("the part that was chosen is made from its settings and from what else it must know", () => {
  expect(kinds.create(schema.parse({ factor: 3 }), 7)).toBe("21");
  expect(kinds.create(schema.parse("b.txt"), 7)).toBe("b.txt:7");
});

test("a name typed by a person is chosen, or refused in a sentence", () => {
  expect(kinds.choose("scale")).toEqual({ name: "scale", factor: 2 });
  expect(kinds.choose("c.txt")).toEqual({ name: "read", file: "c.txt" });
  expect(refusalOf(() => kinds.choose("scael"))).toBe(
    "there is no kind scael; give scale or a .txt file; the nearest is scale",
  );
  expect(refusalOf(() => kinds.choose("read"))).toBe("the kind read has settings that must be given; give a .txt file");
});

test("two members of one name are a mistake of the program", () => {
  expect(() => new Registry("kind", [scale, scale])).toThrow("two components of the kind kind have the same name");
});
