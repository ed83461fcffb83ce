import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { accelerations } from "../measures/cost-to-reach.js";
import { createRun } from "../runs/log/run-directory.js";
import { savePolicy } from "../runs/policy-file.js";
import { uniformPolicy } from "../search/policy.js";
import { command, type Finished, sets, start } from "../testing/command.js";
import { contents, tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

const at = (name: string) => join(folder, name);
const perceptron = (...changes: string[]) => [
  ...["train", "perceptron", ...sets([...tinyPerceptronSettings, "learning.learningRate=1", ...changes])],
  ...["--threads", "1"],
];
const text = (...changes: string[]) => {
  const training = ["training.steps=12", "training.batch=4", "training.evaluateEvery=3", "training.warmup=2"];
  return ["train", "quickstart", ...sets([...tinyTransformerSettings("corpus.txt"), ...training, ...changes])];
};
const succeed = async (...args: string[]) => {
  const { code, stdout, stderr } = await command(folder, ...args);
  expect(code, stderr).toBe(0);
  return stdout;
};
const configOf = (run: string) => parse(readFileSync(at(`${run}/config.yaml`), "utf8"));
const named = (stdout: string) =>
  Object.fromEntries(
    stdout
      .split("\n\n")[0]
      .split("\n")
      .map((line) => /^(\S+) +(.*)$/.exec(line)!.slice(1)),
  );

let folder = "";
/** What the full-batch gradient descent of the section learning printed, trained as a run. */
let uniform = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "train-policy-"));
  writeCorpus(at("corpus.txt"));
  uniform = await succeed(...perceptron(), "--policy", "uniform", "--out", "uniform", "--json");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("--policy weighs the batches of a training on text, which measures for it", async () => {
  const printed = named(await succeed(...text(), "--policy", "law", "--out", "text", "--threads", "1"));
  expect(Object.keys(printed)).toEqual([
    ...["parameters", "tokens", "gradients", "seconds"],
    ...["testArea", "compressionRatio", "finalTestLoss", "lowestTestLoss"],
  ]);
  expect(configOf("text").training).toMatchObject({ policy: { name: "law" }, steps: 12, optimizer: { name: "adamw" } });
  // More than the 12 batches of 4, less than twice as much.
  expect(Number(printed.gradients)).toBeGreaterThan(48);
  expect(Number(printed.gradients)).toBeLessThan(96);
  const curve = readFileSync(at("text/curve.jsonl"), "utf8").trim().split("\n");
  expect(curve.map((line) => JSON.parse(line).step)).toEqual([0, 3, 6, 9, 12]);

  const again = ["train", "text/config.yaml", "--threads", "1", "--out", "again", "--baseline", "text"];
  const compared = named(await succeed(...again));
  expect(compared.finalTestLoss).toBe(printed.finalTestLoss);
  expect(compared.acceleration).toMatch(
    /^1\.000 in steps, 1\.000 in tokens, 1\.000 in gradients, \d+\.\d{3} in seconds \(one seed\)$/,
  );
});

test("without a section training, --policy weighs the full-batch gradient descent of the section learning", async () => {
  const plain = JSON.parse(await succeed(...perceptron(), "--json"));
  const { testCurve, costs, work, tokens } = JSON.parse(uniform);
  expect(testCurve.length).toBe(20);
  for (const [i, loss] of testCurve.entries()) expect(loss / plain.testCurve[i]).toBeCloseTo(1, 5);
  expect({ work, tokens, evaluations: costs.length }).toEqual({ work: 20 * 16, tokens: 20 * 16, evaluations: 21 });
  expect(configOf("uniform").training).toMatchObject({
    batch: 16,
    optimizer: { name: "sgd", momentum: 0 },
    clip: null,
  });
});

test("--baseline prints the accelerations over it in steps, tokens, gradients and seconds; --json gives them", async () => {
  const law = [...perceptron(), "--policy", "law", "--baseline", "uniform", "--out"];
  const printed = named(await succeed(...law, "law"));
  const number = "(\\d+\\.\\d{3})";
  const units = new RegExp(
    `^${number} in steps, ${number} in tokens, ${number} in gradients, ${number} in seconds \\(one seed\\)$`,
  );
  const [steps, tokens, gradients] = units.exec(printed.acceleration)!.slice(1).map(Number);
  expect(tokens).toBe(steps);
  expect(steps).toBeGreaterThan(1);
  expect(gradients).toBeLessThan(steps);

  const stdout = await succeed(...law, "law-json", "--json");
  expect(stdout.trimEnd().split("\n").length).toBe(1);
  const result = JSON.parse(stdout);
  expect(Object.keys(result)).toEqual([
    ...["run", "parameters", "tokens", "work", "seconds", "testArea", "compressionRatio", "finalTestLoss"],
    ...["lowestTestLoss", "accelerations", "checkpoint", "testCurve", "costs"],
    "measuredOn",
  ]);
  expect(result.accelerations.steps).toBeCloseTo(steps, 3);
  expect(result.accelerations.work).toBeCloseTo(gradients, 3);
  // What --json printed is a baseline, and holds the costs that the directory does.
  expect(result.accelerations).toEqual(accelerations(result.costs, JSON.parse(uniform).costs));
});

test("a baseline whose final loss is never reached has no acceleration", async () => {
  const slow = [...perceptron("learning.learningRate=0.001"), "--policy", "uniform", "--baseline", "uniform", "--out"];
  expect(await succeed(...slow, "slow")).toContain(
    "acceleration     the final test loss of the baseline is never reached\n",
  );
  expect(JSON.parse(await succeed(...slow, "slow-json", "--json")).accelerations).toBeNull();
});

test("a baseline that was measured on something else is refused, and nothing is left", async () => {
  const given = ["--policy", "uniform", "--out", "gone", "--baseline", "uniform"];
  expect(refused(await command(folder, ...perceptron("seed=7"), ...given))).toBe(
    "learning-law: the baseline uniform does not compare: it was measured on other test examples; give one with the same " +
      "test text, length and vocabulary",
  );
});

test("a baseline that is not finished is refused before anything is trained", async () => {
  createRun(at("begun"), configOf("uniform"), "training");
  const given = [...perceptron(), "--policy", "uniform", "--out", "gone", "--baseline", "begun"];
  expect(refused(await command(folder, ...given))).toBe(
    "learning-law: the baseline begun is at step 0 of 20; finish it with train --resume",
  );
});

test("a saved policy weighs the batches of a training, as long as it has its steps and examples", async () => {
  savePolicy(at("policy.safetensors"), uniformPolicy(20, 16));
  const changes = ["training.steps=20", "training.batch=16", "training.optimizer=sgd", "training.warmup=0"];
  const constant = ["training.optimizer.momentum=0", "training.schedule=constant", "training.clip=null"];
  const sgd = perceptron(...changes, ...constant, "training.learningRate=1");
  const saved = JSON.parse(await succeed(...sgd, "--policy", "policy.safetensors", "--out", "saved", "--json"));
  expect(saved.finalTestLoss / JSON.parse(uniform).finalTestLoss).toBeCloseTo(1, 6);

  savePolicy(at("other.safetensors"), uniformPolicy(19, 16));
  expect(refused(await command(folder, ...sgd, "--policy", "other.safetensors", "--out", "gone"))).toBe(
    "learning-law: the policy in other.safetensors has shape [19, 16]; [20, 16] (steps, examples) is expected",
  );
});

/** The one sentence of a refusal, which leaves no directory. */
function refused({ code, stdout, stderr }: Finished): string {
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(existsSync(at("gone"))).toBe(false);
  return stderr.trimEnd().split("\n").at(-1)!;
}

test("a policy that there is not is refused with the nearest name", async () => {
  expect(refused(await command(folder, ...perceptron(), "--policy", "lawful", "--out", "gone"))).toBe(
    "learning-law: there is no policy lawful; give uniform, law, density-ratio, dsir, mirror, greedy, highest-loss, " +
      "reducible-loss, gradient-norm or a .safetensors file; the nearest is law",
  );
});

test("under the law, killed again and again and continued, it ends with the same bytes but for the timings", async () => {
  const data = ["data.examples=64", "data.desiredExamples=40", "data.labelNoise=0.4"];
  const changes = [
    "training.steps=500",
    "training.batch=8",
    "training.evaluateEvery=15",
    "training.checkpointEvery=20",
  ];
  const long = [...perceptron(...data, ...changes), "--policy", "law", "--json", "--out"];
  const whole = JSON.parse(await succeed(...long, "whole"));
  const stateOf = () =>
    existsSync(at("killed/state.json")) ? JSON.parse(readFileSync(at("killed/state.json"), "utf8")).step : 0;
  const steps = [];
  for (let kill = 0; kill < 2; kill++) {
    const again = existsSync(at("killed/versions.json")) ? ["--resume"] : [];
    const running = start(folder, ...long, "killed", ...again);
    await running.says("run ");
    const began = stateOf();
    for (let waited = 0; waited < 5000 && stateOf() < began + 60; waited += 5)
      await new Promise((resolve) => setTimeout(resolve, 5));
    running.process.kill("SIGKILL");
    expect((await running.finished).code).toBeNull();
    steps.push(stateOf());
  }
  expect(steps[0]).toBeGreaterThanOrEqual(60);
  expect(steps[1]).toBeGreaterThanOrEqual(120);
  expect(steps[1]).toBeLessThan(500);
  const { seconds, costs, ...ended } = JSON.parse(
    (await succeed(...long, "killed", "--resume")).replaceAll("killed", "whole"),
  );
  expect(contents(at("killed"))).toEqual(contents(at("whole")));
  expect(Object.keys(contents(at("whole")))).toContain("checkpoints/step-000500.state.safetensors");
  expect({ ...whole, ...ended }).toEqual(whole);
  expect(costs.every((cost: { seconds: number | null }) => Number.isFinite(cost.seconds))).toBe(true);
  expect(seconds).toBeGreaterThan(0);
});
