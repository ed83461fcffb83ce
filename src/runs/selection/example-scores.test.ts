import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mean } from "../../base/floats.js";
import { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import { tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import type { Config } from "../config/config.js";
import { openRun } from "../log/run-directory.js";
import { type BuiltProblem, buildProblem } from "../problem/build-problem.js";
import { loadModel } from "../training/checkpoint.js";
import { runTraining } from "../training/train-run.js";
import type { TrainingRun } from "../training/training-kind.js";
import { exampleScores } from "./example-scores.js";
import { runScorer } from "./run-scorer.js";

let folder = "";
let config: Config;
let run: TrainingRun;
let built: BuiltProblem;
const engines: Engine[] = [];
const engineOf = ({ problem }: BuiltProblem) => {
  const engine = new Engine(problem, { threads: 1 });
  engines.push(engine);
  return engine;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "example-scores-"));
  const training = ["training.steps=6", "training.checkpointEvery=2", "training.batch=4", "training.warmup=4"];
  config = tinyTransformerConfig(writeCorpus(join(folder, "corpus.txt")), ...training, "training.policy=law");
  await runTraining(config, join(folder, "run"), { threads: 1 });
  run = openRun(join(folder, "run"), "training");
  built = await buildProblem(config);
});
afterAll(async () => {
  for (const engine of engines) await engine.release();
  rmSync(folder, { recursive: true });
});

const scoresAt = async (steps: number[], onProgress?: (fraction: number) => void) =>
  exampleScores(run, config, built.problem, steps, engineOf(built), onProgress);

test("at one checkpoint the scores are those that select would give the same windows", async () => {
  const { score } = await scoresAt([6]);
  const scorer = await runScorer(run, config, built, [6], engineOf(built));
  const { data, rowShape } = built.problem.train.fields.tokens;
  const windows = Array.from(score, (_, n) =>
    Array.from(data.subarray(n * rowShape[0], (n + 1) * rowShape[0]), Number).filter((id) => id !== 0),
  );
  const selected = await scorer.score(windows);
  score.forEach((value, n) => {
    expect(Math.abs(value - selected[n])).toBeLessThan(0.02);
  });
  // In units of their mean size: twelve examples are all among the first.
  expect(mean(score.map(Math.abs))).toBeCloseTo(1, 5);
});

test("over several they are the mean by the learning rates there", async () => {
  const shares: number[] = [];
  const [{ score: early }, { score: late }] = [await scoresAt([2]), await scoresAt([6])];
  const { score } = await scoresAt([2, 6], (share) => shares.push(share));
  // Warm-up over four steps: half of the peak after the second; the cosine falls from the fourth on.
  const peak = config.training!.learningRate;
  const rates = [peak / 2, (peak / 2) * (1 + Math.cos((Math.PI * (5 - 4)) / (6 - 4)))];
  score.forEach((value, n) => {
    expect(value).toBeCloseTo((rates[0] * early[n] + rates[1] * late[n]) / (rates[0] + rates[1]), 6);
  });
  expect(shares[0]).toBe(0);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBeLessThan(1);
});

test("the losses are those of the newest model, and what they fell since the first that is kept", async () => {
  const { loss, lossDrop } = await scoresAt([6]);
  const passes = new Passes(engineOf(built), built.problem.train);
  const meanAt = (step: number) => passes.meanLoss(loadModel(run.checkpointPaths(step).model, built.problem.model));
  expect(mean(loss)).toBeCloseTo(await meanAt(6), 6);
  expect(mean(lossDrop!)).toBeCloseTo((await meanAt(2)) - (await meanAt(6)), 6);
});

test("what progress throws ends the work", async () => {
  const stop = () => {
    throw new Error("enough");
  };
  await expect(scoresAt([6], stop)).rejects.toThrow("enough");
});

test("a model of other data has scores too, and with one checkpoint no fall of its loss", async () => {
  const perceptron = tinyPerceptronConfig("training.steps=3", "training.batch=16");
  await runTraining(perceptron, join(folder, "perceptron"), { threads: 1 });
  const trained = openRun(join(folder, "perceptron"), "training");
  const itsProblem = await buildProblem(perceptron);
  const engine = engineOf(itsProblem);
  const { score, loss, lossDrop } = await exampleScores(trained, perceptron, itsProblem.problem, [3], engine);
  expect(mean(score.map(Math.abs))).toBeCloseTo(1, 5);
  expect(loss).toHaveLength(16);
  expect(lossDrop).toBeUndefined();
});
