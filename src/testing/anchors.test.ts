import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { declarationsOf } from "../../scripts/declarations.js";
import { packageRoot } from "../files/package-root.js";

/** `-> file#name`, the name being of a declaration or `Class.member`. */
const ANCHOR = /^ {4}-> (\S+?)#(\S+)/;

const design = readFileSync(join(packageRoot, "docs/DESIGN.md"), "utf8");
const mathematics = design.slice(design.indexOf("\n## 2."), design.indexOf("\n## 3."));
const subsections = mathematics
  .split(/^### /m)
  .slice(1)
  .map((text) => {
    const lines = text.trimEnd().split("\n");
    const anchors = lines.flatMap((line) => {
      const found = ANCHOR.exec(line);
      return found === null ? [] : [{ file: found[1], symbol: found[2] }];
    });
    return { title: lines[0], lines, anchors };
  });

test("DESIGN.md has the subsections of the mathematics, most of them built", () => {
  expect(subsections.length).toBeGreaterThanOrEqual(9);
  expect(subsections.filter(({ anchors }) => anchors.length > 0).length).toBeGreaterThanOrEqual(7);
});

describe.each(subsections)("$title", ({ title, lines, anchors }) => {
  test.skipIf(title.includes("*planned*"))("ends with where its formulas are", () => {
    expect(anchors).not.toEqual([]);
    const last = lines.slice(-anchors.length);
    expect(last.filter((line) => !ANCHOR.test(line))).toEqual([]);
  });

  test.skipIf(anchors.length === 0)("every formula is where it is said to be", () => {
    expect(anchors.filter(({ file, symbol }) => !isDeclared(file, symbol))).toEqual([]);
  });
});

test("what is not there is not found", () => {
  expect(isDeclared("src/search/search.ts", "search")).toBe(true);
  expect(isDeclared("src/search/search.ts", "improved")).toBe(false);
  expect(isDeclared("src/search/searching.ts", "search")).toBe(false);
  expect(isDeclared("src/passes/passes.ts", "Passes.costate")).toBe(true);
  expect(isDeclared("src/passes/passes.ts", "Passes.costates")).toBe(false);
});

function isDeclared(file: string, symbol: string): boolean {
  const path = join(packageRoot, file);
  if (!existsSync(path)) return false;
  const [name, member] = symbol.split(".");
  return declarationsOf(file, readFileSync(path, "utf8")).some(
    (declaration) => declaration.name === name && (member === undefined || declaration.members.includes(member)),
  );
}
