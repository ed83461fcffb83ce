import { expect, test } from "vitest";
import { parseYaml } from "./yaml.js";

test("a value, or one line about what is wrong", () => {
  expect(parseYaml("a: [1, x]")).toEqual({ value: { a: [1, "x"] } });
  expect(parseYaml("a: &b [1]\nc: *b")).toEqual({ value: { a: [1], c: [1] } });
  expect(parseYaml("a: [1")).toMatchObject({ wrong: expect.stringMatching(/^Flow sequence .* at line 1, column 6$/) });
  expect(parseYaml("a: !mine b").wrong).toBe("Unresolved tag: !mine at line 1, column 4");
  expect(parseYaml("*.txt").wrong).toMatch(/^[^\n]+$/);
});

test("a part that repeats itself is refused, however deep", () => {
  for (const text of ["&a [*a]", "a: &b\n  c: {d: [*b]}\n"])
    expect(parseYaml(text).wrong).toBe("an alias (*) stands within the part that it repeats");
});
