import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../testing/command.js";
import { trainedRuns } from "../testing/trained-runs.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "export-"));
  await trainedRuns(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const exported = (...args: string[]) => command(folder, "export", ...args);

test("it says what it wrote", async () => {
  const printed = await exported("run", "--out", "models/json", "--json");
  expect(printed.code).toBe(0);
  const { files, ...rest } = JSON.parse(printed.stdout);
  expect(rest).toEqual({ run: "run", step: 3, out: "models/json" });
  for (const file of files) expect(existsSync(join(folder, "models/json", file))).toBe(true);
  const { code, stdout } = await exported("run", "--out", "models/words");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^models\/words: the model after step 3, vocabulary \d+, which sees the last 8 tokens: onnx\/model\.onnx, .*\n$/,
  );
});

describe("bad input is refused in one sentence, with exit code 2", () => {
  test.each([
    ["a folder", ["run", "--out", "run"], "run exists; choose another --out"],
    ["a perceptron", ["perceptron", "--out", "x"], "perceptron is the training of a perceptron, which has no text"],
    ["no run", ["none", "--out", "x"], "there is no run none"],
    ["no place", ["run"], "--out <dir>"],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await exported(...args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^learning-law: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(join(folder, "x"))).toBe(false);
  });
});

test("--help teaches with examples", async () => {
  const { code, stdout } = await exported("--help");
  expect(code).toBe(0);
  expect(stdout).toContain("learning-law export runs/stories --out models/stories\n");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});
