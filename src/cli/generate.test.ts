import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../testing/command.js";
import { trainedRuns } from "../testing/trained-runs.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "generate-"));
  await trainedRuns(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const generate = (...args: string[]) => command(folder, "generate", ...args);

test("the prompt and what follows it are printed, the same for the same seed", async () => {
  const args = ["run", "--prompt", "the cat", "--tokens", "20", "--seed", "3"];
  const { code, stdout, stderr } = await generate(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { stdout: json } = await generate(...args, "--json");
  const result = JSON.parse(json);
  expect(Object.keys(result)).toEqual(["run", "step", "prompt", "text", "tokens"]);
  expect(result).toMatchObject({ run: "run", step: 3, prompt: "the cat" });
  expect(result.tokens).toBeGreaterThan(0);
  expect(stdout).toBe(`the cat${result.text}\n`);
});

describe("bad input is refused in one sentence, with exit code 2", () => {
  test.each([
    [
      "a perceptron",
      ["perceptron"],
      "perceptron is the training of a perceptron, which has no text; train a transformer",
    ],
    ["no run", ["none"], "there is no run none"],
    ["no tokens", ["run", "--tokens", "0"], "It must be a whole number from 1 to"],
    ["a temperature", ["run", "--temperature", "-1"], "It must be a number from 0."],
    ["a seed", ["run", "--seed", "1.5"], "It must be a whole number from 0 to"],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await generate(...args);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^learning-law: .*\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

test("--help teaches with examples", async () => {
  const { code, stdout } = await generate("--help");
  expect(code).toBe(0);
  expect(stdout).toContain('learning-law generate runs/stories --prompt "Once upon a time"\n');
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});
