import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { asInputError, removeTemporary, temporaryName, writeFileAtomically } from "./atomic-file.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atomic-"));
  path = join(folder, "file");
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

function refusal(target: string): string {
  try {
    writeFileAtomically(target, "new");
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return "written";
}

test("text, bytes and pieces of bytes are written and replace what was there", () => {
  writeFileAtomically(path, "gräßlich");
  expect(readFileSync(path, "utf8")).toBe("gräßlich");
  writeFileAtomically(path, Uint8Array.of(1, 2, 3));
  expect([...readFileSync(path)]).toEqual([1, 2, 3]);
  writeFileAtomically(path, [Uint8Array.of(4), new Uint8Array(0), Uint8Array.of(5, 6)]);
  expect([...readFileSync(path)]).toEqual([4, 5, 6]);
  writeFileAtomically(path, "");
  expect(readFileSync(path).length).toBe(0);
  expect(readdirSync(folder)).toEqual(["file"]);
});

test("a file that the user calls partial stays; what a killed process left is removed", () => {
  writeFileSync(`${path}.partial`, "mine");
  writeFileAtomically(path, "new");
  expect(readFileSync(path, "utf8")).toBe("new");
  writeFileSync(temporaryName(path), "half");
  removeTemporary(folder);
  expect(readdirSync(folder)).toEqual(["file", "file.partial"]);
  expect(readFileSync(`${path}.partial`, "utf8")).toBe("mine");
});

test("a path that cannot be written is refused in one sentence, and nothing is left behind", () => {
  writeFileSync(path, "old");
  mkdirSync(join(folder, "folder", "inner"), { recursive: true });
  const absent = join(folder, "absent", "file");
  expect(refusal(absent)).toBe(`cannot write ${absent}: there is no such file or folder`);
  expect(refusal(join(path, "file"))).toBe(
    `cannot write ${join(path, "file")}: a part of its path is a file, not a folder`,
  );
  expect(refusal(join(folder, "folder"))).toBe(`cannot write ${join(folder, "folder")}: it is a folder`);
  expect(refusal(join(folder, "x".repeat(300)))).toMatch(/: the name is too long$/);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(["file", "folder", join("folder", "inner")]);
  expect(readFileSync(path, "utf8")).toBe("old");
});

test.skipIf(process.getuid?.() === 0)("an unwritable folder is refused, and the old file stays", () => {
  writeFileSync(path, "old");
  chmodSync(folder, 0o500);
  expect(refusal(path)).toBe(`cannot write ${path}: permission denied`);
  expect(readFileSync(path, "utf8")).toBe("old");
});

test("content that cannot be written removes the partial file and leaves the old one", () => {
  writeFileSync(path, "old");
  expect(() => writeFileAtomically(path, [Uint8Array.of(1), null as unknown as Uint8Array])).toThrow(TypeError);
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["file"]);
});

// Every write to this device fails as on a full disk.
test.skipIf(process.platform !== "linux")("a full disk is told as such", () => {
  try {
    writeFileSync("/dev/full", "x");
  } catch (error) {
    const translated = asInputError(error, "cannot write policy.safetensors");
    expect(translated).toBeInstanceOf(InputError);
    expect((translated as Error).message).toBe("cannot write policy.safetensors: the disk is full");
  }
  expect.assertions(2);
});
