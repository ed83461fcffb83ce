import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSafetensors } from "../../files/safetensors.js";
import { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import { refusal } from "../../testing/refusal.js";
import { contents, tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { watchFiles } from "../../testing/watch-files.js";
import type { Evaluation } from "../../training/evaluator.js";
import type { Config } from "../config/config.js";
import { openRun } from "../log/run-directory.js";
import { buildProblem } from "../problem/build-problem.js";
import { runSearch } from "../search/search-run.js";
import { loadModel } from "./checkpoint.js";
import { runTraining, type TrainRunOptions } from "./train-run.js";

let folder = "";
let corpus = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "training-"));
  corpus = writeCorpus(join(folder, "corpus.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let runs = 0;
const newDirectory = () => join(folder, `run-${runs++}`);

const STEPS = 11;
const training = (...changes: string[]) => [
  ...["training.batch=5", `training.steps=${STEPS}`, "training.evaluateEvery=4", "training.checkpointEvery=3"],
  ...["training.warmup=2", ...changes],
];
const perceptron = (...changes: string[]) => tinyPerceptronConfig(...training(...changes));
const transformer = (...changes: string[]) => tinyTransformerConfig(corpus, ...training(...changes));

/** One thread: other work on the machine slows it least. */
const learn = (config: Config, directory: string, options: TrainRunOptions = {}) =>
  runTraining(config, directory, { threads: 1, ...options });

async function outcome(config: Config): Promise<Record<string, string>> {
  const directory = newDirectory();
  await learn(config, directory);
  return contents(directory);
}

/** Trains until after this step, and is aborted there. */
async function interrupted(config: Config, directory: string, step: number, resume = false): Promise<void> {
  const controller = new AbortController();
  const onStep = (done: number) => done === step && controller.abort(new Error("enough"));
  await expect(learn(config, directory, { resume, onStep, signal: controller.signal })).rejects.toThrow("enough");
}

test("a run directory holds the configuration, the curve, the models and the last state", async () => {
  const config = transformer("training.average=0.9");
  const directory = newDirectory();
  const summary = await learn(config, directory);
  expect(Object.keys(contents(directory))).toEqual([
    ...["checkpoints/step-000003.safetensors", "checkpoints/step-000006.safetensors"],
    ...["checkpoints/step-000009.safetensors", "checkpoints/step-000011.safetensors"],
    ...[
      "checkpoints/step-000011.state.safetensors",
      "config.yaml",
      "curve.jsonl",
      "examples.jsonl",
      "facts.json",
      "state.json",
      "versions.json",
      "vocabulary.json",
    ],
  ]);
  const lines = readFileSync(join(directory, "curve.jsonl"), "utf8").trim().split("\n");
  const curve: Evaluation[] = lines.map((line) => JSON.parse(line));
  expect(curve.map(({ step }) => step)).toEqual([0, 4, 8, 11]);
  for (const line of curve)
    expect(Object.keys(line)).toEqual([
      "step",
      "tokens",
      "validationLoss",
      "testLoss",
      "learningRate",
      "work",
      "digest",
    ]);
  const losses = curve.map(({ testLoss }) => testLoss);
  expect(summary).toMatchObject({
    ...{ run: directory, tokens: curve[3].tokens, finalTestLoss: losses[3], lowestTestLoss: Math.min(...losses) },
    checkpoint: join(directory, "checkpoints/step-000011.safetensors"),
  });
  expect(summary.testCurve.length).toBe(STEPS);
  expect([3, 7, 10].map((i) => summary.testCurve[i])).toEqual(losses.slice(1));
  expect(summary.testArea).toBeCloseTo(
    summary.testCurve.reduce((sum, loss) => sum + loss / STEPS, 0),
    12,
  );

  // The checkpoint is the model that was measured last.
  const { problem } = await buildProblem(config);
  const engine = new Engine(problem, { threads: 1 });
  const loss = await new Passes(engine, problem.test).meanLoss(loadModel(summary.checkpoint, problem.model));
  expect(loss).toBe(summary.finalTestLoss);
  await engine.release();
  expect(JSON.parse(readSafetensors(summary.checkpoint).metadata.config)).toEqual(config);
});

describe("the same training gives the same bytes", () => {
  test("when it is run twice", async () => {
    for (const config of [perceptron(), transformer("training.optimizer=sgd")])
      expect(await outcome(config)).toEqual(await outcome(config));
  });

  test.each(["adamw", "sgd"])("when it is interrupted again and again, with %s", async (optimizer) => {
    const config = transformer(`training.optimizer=${optimizer}`, "training.average=0.7");
    const directory = newDirectory();
    for (const [i, step] of [1, 3, 7, 8].entries()) {
      await interrupted(config, directory, step, i > 0);
      expect(openRun(directory, "training").finished).toBe(step);
    }
    await learn(config, directory, { resume: true });
    expect(contents(directory)).toEqual(await outcome(config));
  });

  test("when it is killed at any moment and continued", async () => {
    const short = ["training.steps=4", "training.evaluateEvery=2", "training.checkpointEvery=2"];
    const config = perceptron("training.average=0.7", ...short);
    const directory = newDirectory();
    const moments: string[] = [];
    let previous = "";
    await watchFiles(
      () => learn(config, directory),
      () => {
        // Before, it is no run yet: see run-directory.test.ts.
        if (!existsSync(join(directory, "versions.json")) || existsSync(join(directory, ".creating"))) return;
        const now = JSON.stringify(contents(directory));
        if (now === previous) return;
        previous = now;
        moments.push(newDirectory());
        cpSync(directory, moments.at(-1)!, { recursive: true });
      },
    );
    const uninterrupted = contents(directory);
    // A checkpoint changes some 20 things: its two files and the state are written in parts and renamed.
    expect(moments.length).toBeGreaterThan(40);
    for (const moment of moments) {
      await learn(config, moment, { resume: true });
      expect(contents(moment)).toEqual(uninterrupted);
      rmSync(moment, { recursive: true });
    }
  });
});

test("while it runs, the models so far are there, and the newest state alone", async () => {
  const directory = newDirectory();
  const seen: string[][] = [];
  const onStep = () => seen.push(readdirSync(join(directory, "checkpoints")).sort());
  await learn(perceptron(), directory, { onStep });
  const model = (step: number) => `step-00000${step}.safetensors`;
  const state = (step: number) => `step-00000${step}.state.safetensors`;
  expect(seen[2]).toEqual([]);
  expect(seen[3]).toEqual([model(3), state(3)]);
  expect(seen[10]).toEqual([model(3), model(6), model(9), state(9)]);
  expect(openRun(directory, "training").checkpointSteps()).toEqual([3, 6, 9, 11]);
});

test("a finished run stays as it is when it is continued, and returns its summary", async () => {
  const directory = newDirectory();
  const summary = await learn(perceptron(), directory);
  const before = contents(directory);
  expect(await learn(perceptron(), directory, { resume: true })).toEqual(summary);
  expect(contents(directory)).toEqual(before);
});

describe("refused, in one sentence and without a change on the disk, is", () => {
  test("to continue with another configuration", async () => {
    const directory = newDirectory();
    await interrupted(perceptron(), directory, 4);
    const before = contents(directory);
    const message = await refusal(learn(perceptron("training.optimizer.beta1=0.8"), directory, { resume: true }));
    expect(message).toContain("training.optimizer.beta1 is 0.9 in the run and 0.8 now");
    expect(contents(directory)).toEqual(before);
  });

  test("to continue a damaged checkpoint, or one of another model", async () => {
    const directory = newDirectory();
    await interrupted(perceptron(), directory, 4);
    const { model, state } = openRun(directory, "training").checkpointPaths(4);
    cpSync(state, model);
    expect(await refusal(learn(perceptron(), directory, { resume: true }))).toContain(
      "is a checkpoint of another model",
    );
    writeFileSync(state, "x");
    writeFileSync(model, "x");
    expect(await refusal(learn(perceptron(), directory, { resume: true }))).toContain(
      "is not a valid safetensors file",
    );
    rmSync(model);
    expect(await refusal(learn(perceptron(), directory, { resume: true }))).toContain(`cannot read ${model}`);
  });

  test("a configuration without a training, and a search with one", async () => {
    const directory = newDirectory();
    expect(await refusal(learn(tinyPerceptronConfig(), directory))).toContain("has no section training");
    expect(await refusal(runSearch(perceptron(), directory))).toContain("leave the section training out");
    expect(existsSync(directory)).toBe(false);
  });

  test("a learning rate under which it diverges; the next training can have the directory", async () => {
    const directory = newDirectory();
    const changes = ["training.learningRate=1e9", "training.clip=null", "training.checkpointEvery=20"];
    const diverging = transformer("training.optimizer=sgd", ...changes);
    expect(await refusal(learn(diverging, directory))).toMatch(/^training diverged: .* lower training\.learningRate/);
    expect(existsSync(directory)).toBe(false);
    await learn(perceptron(), directory);
  });
});
