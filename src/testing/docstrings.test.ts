import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { declarationsOf, exportsOf } from "../../scripts/declarations.js";
import { floors } from "../../scripts/house.js";
import { packageRoot } from "../files/package-root.js";

const src = join(packageRoot, "src");
const entries = ["", ...floors.map(({ name }) => name)]
  .map((floor) => join(src, floor, "index.ts"))
  .filter((path) => existsSync(path));

test.each(entries.map((path) => relative(src, path)))("every export of %s has a docstring", (entry) => {
  const exported = exportsOf(join(src, entry));
  expect(exported.length).toBeGreaterThan(0);
  const bare = exported.filter(({ declaration }) => !declaration?.documented);
  expect(bare.map(({ name, file }) => `${name} of ${file}`)).toEqual([]);
});

test("what src/index.ts exports is found where it is declared", () => {
  const exported = exportsOf(join(src, "index.ts"));
  const search = exported.find(({ name }) => name === "search");
  expect(relative(src, search!.file)).toBe("search/search.ts");
  expect(exported.map(({ name }) => name)).toEqual(expect.arrayContaining(["AdamW", "Policy", "uniformPolicy"]));
});

test("a docstring stands right before what it is of", () => {
  const text = `
    /** Of one. */
    export const one = 1;
    export const two = 2;
    /* No docstring. */
    export function three() {}
    /** Of nothing. */

    // An aside.
    export class Four { five() {} }
    /** Of six. */
    interface Six { seven: number }`;
  const found = declarationsOf("text.ts", text).map(({ name, documented }) => [name, documented]);
  expect(Object.fromEntries(found)).toEqual({ one: true, two: false, three: false, Four: false, Six: true });
  expect(declarationsOf("text.ts", text).flatMap(({ members }) => members)).toEqual(["five", "seven"]);
});
