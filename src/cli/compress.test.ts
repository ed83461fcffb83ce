import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { packageRoot } from "../files/package-root.js";
import { command, start } from "../testing/command.js";

const stories = readFileSync(join(packageRoot, "data/tinystories.txt"));
const content = stories.subarray(0, 4000);
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "compress-"));
});
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  writeFileSync(join(folder, "a.txt"), content);
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(join(folder, name));

test("a file is compressed beside itself, and comes back", async () => {
  const made = await command(folder, "compress", "a.txt", "--level", "2");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toMatch(
    /^a\.txt\.llz: 4,000 bytes became 1,\d{3}, 2\.\d+ bits a byte, in .*, and give the same bytes again\.\n$/,
  );
  rmSync(join(folder, "a.txt"));
  const back = await command(folder, "decompress", "a.txt.llz");
  expect(back).toMatchObject({ code: 0, stdout: expect.stringMatching(/^a\.txt: 4,000 bytes, in /), stderr: "" });
  expect(read("a.txt")).toEqual(content);
});

test("--json says what there was and what it became", async () => {
  const { stdout } = await command(folder, "compress", "a.txt", "-o", "b", "--level", "1", "--no-verify", "--json");
  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ file: "a.txt", out: "b", level: 1, length: 4000, verified: false });
  expect(result.compressed).toBe(read("b").length);
  expect(result.seconds).toBeGreaterThan(0);
  const back = await command(folder, "decompress", "b", "--out", "c", "--json");
  expect(JSON.parse(back.stdout)).toMatchObject({ file: "b", out: "c", length: 4000 });
});

test("--model trains a transformer on it, and --explain says that the file is the area under its loss", async () => {
  writeFileSync(join(folder, "s.txt"), content.subarray(0, 1500));
  const made = await command(folder, "compress", "s.txt", "--model", "16", "--explain", "explained", "--json");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const { compressed, explained } = JSON.parse(made.stdout);
  expect(compressed).toBe(read("s.txt.llz").length);
  expect(explained.difference).toBeCloseTo(compressed / explained.descriptionBytes - 1, 12);
  // The header and two checks are 46 bytes.
  expect(Math.abs(compressed - 46 - explained.descriptionBytes)).toBeLessThan(8);
  const curve = read("explained/curve.jsonl")
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(curve).toHaveLength(6);
  expect(curve[5].tokens).toBe(1500);
  expect(read("explained/01-description.svg").toString()).toContain("<svg");
  const back = await command(folder, "decompress", "s.txt.llz", "-o", "again.txt");
  expect(back.code).toBe(0);
  expect(read("again.txt")).toEqual(content.subarray(0, 1500));
  rmSync(join(folder, "explained"), { recursive: true });
});

test("--explain of a level says so too", async () => {
  const made = await command(folder, "compress", "a.txt", "--level", "1", "--explain", "explained");
  expect(made.stdout).toMatch(
    / The area under the loss is 1,\d{3} bytes; the file is \d\.\d+% longer\. The loss curve is in /,
  );
  rmSync(join(folder, "explained"), { recursive: true });
  const both = await command(folder, "compress", "a.txt", "-o", "b", "--level", "1", "--model", "16");
  expect(both).toMatchObject({
    code: 2,
    stderr: "learning-law: --level and --model are two ways to compress; leave one of them out\n",
  });
});

test("--keep keeps the blocks before the damage, and says so", async () => {
  const zeros = Buffer.alloc(1.5 * 2 ** 20);
  writeFileSync(join(folder, "z"), zeros);
  await command(folder, "compress", "z", "--level", "1", "--no-verify");
  const file = read("z.llz");
  file[file.length - 12] ^= 1;
  writeFileSync(join(folder, "z.llz"), file);
  const kept = await command(folder, "decompress", "z.llz", "-o", "kept", "--keep");
  expect(kept.code).toBe(2);
  expect(kept.stderr).toMatch(
    /^learning-law: z\.llz is damaged in block 2: .*; kept has the 1,048,576 bytes before it\n$/,
  );
  expect(read("kept")).toEqual(zeros.subarray(0, 2 ** 20));
  file[20] ^= 1;
  writeFileSync(join(folder, "z.llz"), file);
  const none = await command(folder, "decompress", "z.llz", "-o", "none", "--keep");
  expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/damaged in block 1: [^;]*\n$/) });
  expect(existsSync(join(folder, "none"))).toBe(false);
});

test("standard input goes to standard output, and back", () => {
  const main = `${inject("packageUnderTest")}/dist/cli/main.js`;
  const run =
    (...args: string[]) =>
    (input: Uint8Array) =>
      spawnSync(process.execPath, [main, ...args], { input });
  const made = run("compress", "-", "--level", "1")(content);
  expect(made.stderr.toString()).toMatch(/^standard output: 4,000 bytes became /);
  const back = run("decompress", "-")(made.stdout);
  expect(back.stdout).toEqual(content);
  expect(back.status).toBe(0);
  // Of what is damaged nothing stands there: the damage is in the first block.
  made.stdout[200] ^= 4;
  const damaged = run("decompress", "-")(made.stdout);
  expect(damaged.status).toBe(2);
  expect(damaged.stdout).toHaveLength(0);
  expect(damaged.stderr.toString()).toBe(
    "learning-law: standard input is damaged in block 1: its bytes do not match their check\n",
  );
});

test.each<[string, (file: Buffer) => Buffer, RegExp]>([
  ["damaged", (file) => file.fill(0, 500, 501), /^learning-law: d\.llz is damaged in block 1/],
  [
    "cut short",
    (file) => file.subarray(0, 700),
    /^learning-law: d\.llz is damaged in block 1: the file is cut short there\n$/,
  ],
  ["no compressed one", () => content, /^learning-law: d\.llz is not a file that learning-law compress has made/],
])("of a file that is %s nothing appears, and what was there stays", async (_, damage, message) => {
  await command(folder, "compress", "a.txt", "--level", "1");
  writeFileSync(join(folder, "d.llz"), damage(read("a.txt.llz")));
  const first = await command(folder, "decompress", "d.llz");
  expect(first.code).toBe(2);
  expect(first.stderr).toMatch(message);
  expect(readdirSync(folder).sort()).toEqual(["a.txt", "a.txt.llz", "d.llz"]);
  writeFileSync(join(folder, "kept"), "kept");
  expect((await command(folder, "decompress", "d.llz", "-o", "kept")).code).toBe(2);
  expect(read("kept").toString()).toBe("kept");
});

test.each([
  [["compress", "nothing"], "cannot read nothing: there is no such file or folder"],
  [["compress", "."], "cannot read .: it is a folder"],
  [["compress", "a.txt", "-o", "no/such"], "cannot write no/such: there is no such file or folder"],
  [["compress", "a.txt", "--level", "10"], "It must be a whole number from 1 to 9."],
  [["compress", "a.txt", "-o", "-", "--json"], "--json prints where the bytes would go; give --out a file"],
  [["decompress", "a.txt"], "the name of a.txt does not end with .llz; say with --out where its content goes"],
])("%j is refused", async (args, message) => {
  const { code, stderr } = await command(folder, ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test("a file is not replaced without being named", async () => {
  writeFileSync(join(folder, "a.txt.llz"), "another");
  const { code, stderr } = await command(folder, "compress", "a.txt");
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "learning-law: a.txt.llz exists; --out names another file, or this one to have it replaced\n",
  });
  expect((await command(folder, "compress", "a.txt", "-o", "a.txt.llz", "--level", "1")).code).toBe(0);
  expect(read("a.txt.llz").length).toBeGreaterThan(1000);
});

test("what comes from a program that does not end is refused, and interrupted, while it waits for more", async () => {
  const refused = start(folder, "decompress", "-", "-o", "never");
  refused.process.stdin!.write("no compressed file");
  expect(await refused.finished).toMatchObject({ code: 2, stderr: expect.stringContaining("standard input is not a") });

  const waiting = start(folder, "compress", "-", "-o", "never");
  waiting.process.stdin!.write("more to come");
  while (!readdirSync(folder).some((name) => name.endsWith(".partial")))
    await new Promise((resolve) => setTimeout(resolve, 50));
  waiting.process.kill("SIGINT");
  expect(await waiting.finished).toMatchObject({ code: 130 });
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("interrupted, it leaves no file", async () => {
  writeFileSync(join(folder, "long.txt"), stories.subarray(0, 1_000_000));
  const running = start(folder, "compress", "long.txt", "--level", "9");
  while (!readdirSync(folder).some((name) => name.endsWith(".partial")))
    await new Promise((resolve) => setTimeout(resolve, 50));
  running.process.kill("SIGINT");
  const { code, stderr } = await running.finished;
  expect({ code, stderr }).toEqual({ code: 130, stderr: "interrupted; nothing was written; start it again\n" });
  expect(existsSync(join(folder, "long.txt.llz"))).toBe(false);
  expect(readdirSync(folder).sort()).toEqual(["a.txt", "long.txt"]);
});
