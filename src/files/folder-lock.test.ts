import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isLocked, LOCK, lockFolder } from "./folder-lock.js";

const folder = mkdtempSync(join(tmpdir(), "folder-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder is locked while somebody has its lock, and to look changes nothing", () => {
  expect(isLocked(folder)).toBe(false);
  expect(existsSync(join(folder, LOCK))).toBe(false);
  const lock = lockFolder(folder);
  for (let i = 0; i < 3; i++) expect(isLocked(folder)).toBe(true);
  lock.release();
  expect(isLocked(folder)).toBe(false);
  // What a killed process leaves locks nothing.
  writeFileSync(join(folder, LOCK), "");
  expect(isLocked(folder)).toBe(false);
  lockFolder(folder).release();
  expect(isLocked(join(folder, "nowhere"))).toBe(false);
});
