import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
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

test("what a killed process left beside a path goes when it is written next; what others write or made stays", () => {
  const module = pathToFileURL(join(inject("packageUnderTest"), "dist", "files", "atomic-file.js"));
  const killed = `import { mkdirSync, writeFileSync } from "node:fs";
    const { temporaryName } = await import(${JSON.stringify(module)});
    writeFileSync(temporaryName(${JSON.stringify(path)}), "half");
    mkdirSync(temporaryName(${JSON.stringify(path)}) + "/inner", { recursive: true });
    writeFileSync(temporaryName(${JSON.stringify(`${path}.other`)}), "half");
    process.kill(process.pid, "SIGKILL");`;
  expect(spawnSync(process.execPath, ["--input-type=module", "-e", killed]).signal).toBe("SIGKILL");
  expect(readdirSync(folder).length).toBe(3);

  const named = (pid: number) => `file.${pid.toString(16).padStart(6, "0")}abcdef0001.partial`;
  const left = named(process.pid);
  const living = named(process.ppid);
  const users = ["file.partial", "file.123.partial", "myfile.partial"];
  for (const name of [left, living, ...users]) writeFileSync(join(folder, name), name);
  const own = temporaryName(path);
  writeFileSync(own, "half");
  writeFileAtomically(path, "new");
  const [other, ...rest] = readdirSync(folder).filter((name) => name.startsWith("file.other."));
  expect(rest).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(["file", living, basename(own), other, ...users].sort());
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
