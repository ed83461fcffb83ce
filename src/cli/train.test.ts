import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, sets } from "../testing/command.js";
import { tinyPerceptronSettings } from "../testing/runs.js";

let folder = "";
const settings = [...sets(tinyPerceptronSettings), "--threads", "1"];
const config = "run/config.yaml";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "train-"));
  await command(folder, "search", "perceptron", ...settings, "--out", "run");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function train(...args: string[]): Promise<Record<string, unknown> & { testCurve: number[] }> {
  const { code, stdout } = await command(folder, "train", ...args, "--json");
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n").length).toBe(1);
  return JSON.parse(stdout);
}

const ofRun = (name: string) => JSON.parse(readFileSync(join(folder, "run", name), "utf8").split("\n")[0]);
const epoch = (number: number) => `run/policies/epoch-000${number}.safetensors`;

test("conventional learning, and epoch 0's policy, give the curve that the search began with", async () => {
  const conventional = await train("perceptron", ...settings);
  expect(conventional.testCurve).toEqual(ofRun("baseline.json").testCurve);
  const { testArea, compressionRatio, finalTestLoss } = ofRun("metrics.jsonl");
  expect(conventional).toEqual({
    testArea,
    compressionRatio,
    finalTestLoss,
    testCurve: conventional.testCurve,
    measuredOn: expect.anything(),
  });

  // What it printed is a baseline for another learning process.
  writeFileSync(join(folder, "conventional.json"), JSON.stringify(conventional));
  const uniform = await train(config, "--policy", epoch(0), "--baseline", "conventional.json");
  expect(uniform).toEqual({ ...conventional, acceleration: 1, baselineFalls: true });
});

test("a searched policy learns as the search said", async () => {
  const learned = await train(config, "--policy", epoch(4), "--baseline", "run/baseline.json");
  const lines = readFileSync(join(folder, "run/metrics.jsonl"), "utf8").trim().split("\n");
  const { testArea, acceleration, finalTestLoss } = JSON.parse(lines[4]);
  expect(learned).toMatchObject({ testArea, acceleration, finalTestLoss });
  expect(acceleration).toBeGreaterThan(1);
});

test("a search's directory stands for its best policy", async () => {
  const lines = readFileSync(join(folder, "run/metrics.jsonl"), "utf8").trim().split("\n");
  const areas = lines.map((line) => JSON.parse(line).validationArea);
  const best = areas.indexOf(Math.min(...areas));
  expect(await train(config, "--policy", "run")).toEqual(await train(config, "--policy", epoch(best)));
});

test("without --json it prints what a person reads, a name and a number in every line", async () => {
  const { code, stdout } = await command(folder, "train", config, "--baseline", "run/baseline.json");
  expect(code).toBe(0);
  const names = stdout.trimEnd().split("\n");
  expect(names.map((line) => line.split(/\s+/)[0])).toEqual([
    ...["testArea", "compressionRatio", "finalTestLoss", "acceleration"],
  ]);
  for (const line of names.slice(0, -1)) expect(line).toMatch(/^\w+\s+\d+(\.\d+)?$/);
  expect(names.at(-1)).toMatch(/^acceleration +\d+\.\d+ \(one seed\)$/);
});
