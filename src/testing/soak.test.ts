import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { complaints, start } from "../../soak/command.js";
import { faults } from "../../soak/registry.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "soak-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the soak complains of where the command would be this script. */
async function complaintsOf(script: string, codes: readonly (number | null)[] = [0, 2], shell?: string) {
  const path = join(folder, "command.mjs");
  writeFileSync(path, script);
  const ended = await start(path, folder, ["search"], shell).ended;
  return complaints(ended, codes).map((complaint) => /^learning-law search: (.*?);/.exec(complaint)?.[1]);
}

test("the faults have names of their own", () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

test("what ends well or refuses in one sentence is not complained of", async () => {
  expect(await complaintsOf("")).toEqual([]);
  expect(await complaintsOf('console.error("learning-law: no"); process.exitCode = 2;')).toEqual([]);
});

test("stacks, other codes, silence, chatter and too much memory are", async () => {
  expect(await complaintsOf('throw new TypeError("oh")')).toEqual(["exit code 1 instead of 0 or 2", "prints a stack"]);
  expect(await complaintsOf("process.exitCode = 2")).toEqual(["does not say one sentence"]);
  const twice = 'console.error("learning-law: a\\nlearning-law: b"); process.exitCode = 2';
  expect(await complaintsOf(twice)).toEqual(["does not say one sentence"]);
  expect(await complaintsOf('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 9);')).toEqual([
    "exit code SIGTERM instead of 0 or 2",
  ]);
  const large = "const held = Buffer.alloc(1200 * 2 ** 20, 1); setTimeout(() => held.length, 300);";
  expect(await complaintsOf(large)).toEqual([expect.stringMatching(/^takes 1\d\d\d MiB$/)]);
});

test("a limit that a shell sets holds for the command", async () => {
  const write = 'import { writeFileSync } from "node:fs"; writeFileSync("large", "x".repeat(9999));';
  expect(await complaintsOf(write, [0], "trap '' XFSZ; ulimit -f 4")).toContain("prints a stack");
  expect(await complaintsOf(write, [0], "trap '' XFSZ; ulimit -f 40")).toEqual([]);
});
