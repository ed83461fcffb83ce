import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pathWithin } from "./served-folder.js";

const folder = mkdtempSync(join(tmpdir(), "served-"));
const root = join(folder, "runs");
mkdirSync(join(root, "a", "seed-1"), { recursive: true });
mkdirSync(join(root, "..c"));
writeFileSync(join(folder, "secret"), "");
symlinkSync(folder, join(root, "out"));
afterAll(() => rmSync(folder, { recursive: true }));

test("what lies below the folder is found", () => {
  for (const id of ["a", "a/seed-1", "..c"]) expect(pathWithin(root, id)).toBe(join(root, id));
  expect(pathWithin(root, "new", true)).toBe(join(root, "new"));
  expect(pathWithin(root, "new/deeper", true)).toBe(join(root, "new/deeper"));
  expect(() => pathWithin(root, "new")).toThrow("there is nothing at new");
});

test.each([
  ...["", ".", "..", "../runs", "../secret", "a/../../secret", "a/./seed-1", "a//seed-1", "/etc/passwd", "a\\..\\.."],
  ...["a\0", "out", "out/secret", "out/new", "...", "a/"],
])("%j is refused, there or new", (id) => {
  for (const isNew of [false, true])
    expect(() => pathWithin(root, id, isNew)).toThrow("this path is not below the served folder");
});
