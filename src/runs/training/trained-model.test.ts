import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusalOf } from "../../testing/refusal.js";
import { tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { rewriteJson } from "../../testing/without-digest.js";
import { createRun, openRun } from "../log/run-directory.js";
import { loadModel } from "./checkpoint.js";
import { runTraining } from "./train-run.js";
import { openTrainedModel } from "./trained-model.js";

const folder = mkdtempSync(join(tmpdir(), "trained-model-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...names: string[]) => join(folder, ...names);
const checkpoint = (run: string) => at(run, "checkpoints", "step-000003.safetensors");
const steps = ["training.steps=3", "training.batch=4"];
beforeAll(async () => {
  const config = tinyTransformerConfig(writeCorpus(at("corpus.txt")), ...steps);
  await runTraining(config, at("run"), { threads: 1 });
  await runTraining(tinyPerceptronConfig(...steps), at("perceptron"), { threads: 1 });
  createRun(at("begun"), config as never, "training");
  createRun(at("search"), config as never, "search");
});

test("it is the model of the newest checkpoint, with its tokenizer", async () => {
  const { model, theta, tokenizer, shape, ...rest } = openTrainedModel(at("run"));
  expect(rest).toEqual({ run: at("run"), step: 3 });
  expect(shape).toEqual({ length: 8, vocabulary: tokenizer.size });
  expect(model.sizes).toMatchObject({ n_positions: 8, n_layer: 1, n_embd: 8 });
  expect(theta).toEqual(loadModel(checkpoint("run"), model));
  expect(await tokenizer.decode(await tokenizer.encode(["the cat"]))).toEqual(["the cat"]);
});

test("the checkpoint may be chosen: the newest, a step, or the kept one with the lowest validation loss", async () => {
  const overfitting = ["training.steps=60", "training.batch=2", "training.learningRate=0.1", "training.warmup=0"];
  const every = [
    "training.checkpointEvery=10",
    "training.evaluateEvery=10",
    "data.examples=2",
    "training.schedule=constant",
  ];
  const config = tinyTransformerConfig(at("corpus.txt"), ...overfitting, ...every);
  await runTraining(config, at("overfitted"), { threads: 1 });
  const run = openRun(at("overfitted"), "training");
  const kept = run.readMetrics().filter(({ step }) => step > 0);
  const lowest = Math.min(...kept.map(({ validationLoss }) => validationLoss));
  const best = kept.find(({ validationLoss }) => validationLoss === lowest)!.step;
  expect(best).toBeLessThan(60);
  expect(openTrainedModel(at("overfitted")).step).toBe(60);
  const chosen = openTrainedModel(at("overfitted"), "best");
  expect(chosen.step).toBe(best);
  expect(chosen.theta).toEqual(loadModel(run.checkpointPaths(best).model, chosen.model));
  expect(openTrainedModel(at("overfitted"), 20).step).toBe(20);
  expect(refusalOf(() => openTrainedModel(at("overfitted"), 7))).toContain(
    "keeps no checkpoint of step 7; it keeps those of 10, 20, 30, 40, 50, 60",
  );
});

describe("refused is", () => {
  /** A copy of the run that was changed. */
  function changed(name: string, change: (run: string) => void): string {
    cpSync(at("run"), at(name), { recursive: true });
    change(name);
    return refusalOf(() => openTrainedModel(at(name)));
  }

  test("a directory without a trained transformer", () => {
    expect(refusalOf(() => openTrainedModel(at("none")))).toBe(`there is no run ${at("none")}`);
    expect(refusalOf(() => openTrainedModel(at("search")))).toContain("that of a training is wanted");
    expect(refusalOf(() => openTrainedModel(at("begun")))).toBe(
      `${at("begun")} has no checkpoint yet; continue its training with train --resume`,
    );
    expect(refusalOf(() => openTrainedModel(at("perceptron")))).toBe(
      `${at("perceptron")} is the training of a perceptron, which has no text; train a transformer`,
    );
  });

  test("a damaged checkpoint, or one of another model", () => {
    expect(changed("cut", (run) => truncateSync(checkpoint(run), 1000))).toContain("is not a valid safetensors file");
    expect(changed("gone", (run) => rmSync(checkpoint(run)))).toContain("there is no such file");
    const other = changed("other", (run) => {
      const config = readFileSync(at(run, "config.yaml"), "utf8");
      writeFileSync(at(run, "config.yaml"), config.replace("feedForward: 16", "feedForward: 32"));
      // As of a version before digests.
      rewriteJson(at(run, "versions.json"), { config: undefined });
    });
    expect(other).toContain(
      "is a checkpoint of another model: blocks.0.feedforward.in should be float32 of shape [8, 32]",
    );
  });

  test("a damaged vocabulary", () => {
    const damaged = changed("vocabulary", (run) => writeFileSync(at(run, "vocabulary.json"), '{"kind": "bpe"}'));
    expect(damaged).toContain("vocabulary.json is damaged");
  });
});
