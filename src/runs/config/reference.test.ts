import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../files/package-root.js";
import { keysOf } from "./keys.js";
import { presets } from "./presets.js";
import { referenceDocument } from "./reference.js";
import { trainingSection } from "./sections.js";

test("docs/REFERENCE.md is that of the registries: npm run docs:reference writes it anew", () => {
  expect(readFileSync(join(packageRoot, "docs/REFERENCE.md"), "utf8")).toBe(referenceDocument());
});

test("it has every key that a preset or a section training can have", () => {
  const leaves = (tree: object, prefix = ""): string[] =>
    Object.entries(tree).flatMap(([key, value]) =>
      // A component that is chosen with settings has a name, and a table of its own.
      typeof value === "object" && value !== null && !("name" in value)
        ? leaves(value, `${prefix}${key}.`)
        : [`${prefix}${key}`],
    );
  const keys = Object.values(presets).flatMap(({ config }) => leaves(config));
  keys.push(...keysOf(trainingSection).map(({ key }) => `training.${key}`));
  const text = referenceDocument();
  for (const key of new Set(keys)) expect(text).toContain(`\`${key}\``);
});

test("every key says what it means, and every component what it does and where it is from", () => {
  for (const line of referenceDocument()
    .split("\n")
    .filter((line) => line.startsWith("| ")))
    for (const cell of line.slice(2, -2).split(" | ")) expect(cell.trim(), line).not.toBe("");
});
