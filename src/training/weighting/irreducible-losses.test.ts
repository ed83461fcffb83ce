import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import type { Examples } from "../../data/examples.js";
import { drawGaussians } from "../../data/gaussians.js";
import { initialParameters } from "../../models/model.js";
import { perceptron } from "../../models/perceptron.js";
import type { LearningProblem } from "../../passes/problem.js";
import { TestPasses } from "../../testing/passes.js";
import { train } from "../train.js";
import type { TrainingSettings } from "../training-settings.js";
import { irreducibleLosses } from "./irreducible-losses.js";

const DIMENSION = 8;
const N = 300;
const K = 60;
const gaussians = { trainMean: 0, trainStd: 1, desiredMean: 0, desiredStd: 1, labelNoise: 0.5 };
const { origins, ...splits } = drawGaussians(
  { dimension: DIMENSION, examples: N, desiredExamples: K, ...gaussians },
  1,
);
const model = perceptron({ dimension: DIMENSION });
const start = initialParameters(model, createRandom(1, "initial parameters"));
const problem: LearningProblem = { model, ...splits, start, steps: 1, learningRate: 1, warmup: 0 };

const SETTINGS: TrainingSettings = {
  ...{ optimizer: { name: "adamw", weightDecay: 0, beta1: 0.9, beta2: 0.99 }, schedule: { name: "constant" } },
  ...{ learningRate: 0.1, batch: 16, accumulate: 2, warmup: 500, clip: null, average: null },
  ...{ evaluateEvery: 1000, checkpointEvery: 1000, steps: 400, seed: 3 },
};

const withOtherLabels = ({ count, fields: { x, y } }: Examples): Examples => ({
  count,
  fields: { x, y: { ...y, data: (y.data as Float32Array).map((label) => 1 - label) } },
});

test("of examples that the desired set's teacher labelled they are lower than of those with flipped labels", async () => {
  const { losses } = await irreducibleLosses(problem, SETTINGS, { threads: 1 });
  expect(losses.length).toBe(N);
  const meanOf = (perturbed: boolean) => {
    const those = Array.from(losses).filter((_, n) => origins[n].perturbed === perturbed);
    expect(those.length).toBeGreaterThan(N / 3);
    return those.reduce((sum, loss) => sum + loss / those.length, 0);
  };
  expect(meanOf(false)).toBeLessThan(0.4);
  expect(meanOf(true)).toBeGreaterThan(1.5);
});

test("they cost a quarter of the training's steps, and a forward pass over its examples", async () => {
  const { work } = await irreducibleLosses(problem, SETTINGS, { threads: 1 });
  expect(work).toBe(100 * 16 + N / 3);
  const large = await irreducibleLosses(problem, { ...SETTINGS, steps: 10, batch: 1024 }, { threads: 1 });
  // No more than the desired set has; 2.5 steps are 3.
  expect(large.work).toBe(3 * K + N / 3);
});

describe("they are those of the model where its validation loss was lowest", () => {
  test.each([
    ["at the end of learning", problem, 100],
    [
      "at the first measurement, where learning makes it worse",
      { ...problem, validation: withOtherLabels(splits.validation) },
      5,
    ],
  ])("%s", async (_, given, step) => {
    const settings = { ...SETTINGS, warmup: 0, learningRate: 0.003 };
    const { losses } = await irreducibleLosses(given, settings, { threads: 1 });
    const models = new Map<number, Float32Array>();
    await train(
      { ...given, train: given.desired },
      { ...settings, steps: 100, accumulate: 1, evaluateEvery: 5, checkpointEvery: 5 },
      { threads: 1, onCheckpoint: ({ step, theta }) => models.set(step, Float32Array.from(theta)) },
    );
    const all = new TestPasses(model, "float32");
    const passes = all.over(given.train);
    expect(losses).toEqual(await all.lossesOf(passes, models.get(step)!, Int32Array.from(losses.keys())));
    await all.release();
  });
});

test("they can be computed in float64", async () => {
  const double = await irreducibleLosses(problem, SETTINGS, { threads: 1, dtype: "float64" });
  const single = await irreducibleLosses(problem, SETTINGS, { threads: 1 });
  for (const [n, loss] of single.losses.entries()) expect(double.losses[n] / loss).toBeCloseTo(1, 2);
});

test("with a moving average, they are of the average", async () => {
  const settings = { ...SETTINGS, warmup: 0, learningRate: 0.003 };
  const plain = await irreducibleLosses(problem, settings, { threads: 1 });
  const averaged = await irreducibleLosses(problem, { ...settings, average: 0.9 }, { threads: 1 });
  const mean = (losses: ArrayLike<number>) => Array.from(losses).reduce((sum, loss) => sum + loss / N, 0);
  expect(Math.abs(mean(averaged.losses) - mean(plain.losses))).toBeGreaterThan(1e-3);
});
