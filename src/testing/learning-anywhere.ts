import { createRandom } from "../base/random.js";
import { drawGaussians } from "../data/gaussians.js";
import { initialParameters } from "../models/model.js";
import { perceptron } from "../models/perceptron.js";
import type { Device } from "../runtime/program.js";
import { searchEpochs } from "../search/search.js";
import { stepRules } from "../search/steps/registry.js";
import { train } from "../training/train.js";
import type { TrainingSettings } from "../training/training-settings.js";
import { tinyTransformer } from "./problems.js";

/** The policy, row after row, that a short search over a perceptron ends with: a part of its weights is zero. */
export async function searchedPolicy(device: Device = "cpu"): Promise<number[]> {
  const dimension = 4;
  const inputs = { dimension, examples: 16, trainMean: 0, trainStd: 1, labelNoise: 0.2 };
  const desired = { desiredExamples: 8, desiredMean: 0.5, desiredStd: 1 };
  const model = perceptron({ dimension });
  const start = initialParameters(model, createRandom(1, "initial parameters"));
  const splits = drawGaussians({ ...inputs, ...desired }, 1);
  const problem = { model, ...splits, start, steps: 5, learningRate: 0.1, warmup: 0 };
  let policy: number[] = [];
  // A rule that looks at nothing but the gradient: one that compares areas makes more of what rounding does to them.
  const step = stepRules.choose("scheduled");
  for await (const epoch of searchEpochs(problem, { epochs: 3, epsilon: 3, step, threads: 1, device }))
    policy = Array.from(epoch.policy.weights);
  return policy;
}

const SETTINGS: TrainingSettings = {
  ...{ optimizer: { name: "adamw", beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }, learningRate: 0.01, clip: 1 },
  ...{ steps: 3, batch: 4, accumulate: 1, schedule: { name: "cosine" }, warmup: 1, average: null },
  ...{ evaluateEvery: 3, checkpointEvery: 3, seed: 3 },
};

/** theta of a small transformer after three steps of training. */
export async function trainedParameters(): Promise<number[]> {
  const { desired, theta: start, ...rest } = tinyTransformer();
  const problem = { ...rest, desired, validation: desired, test: desired, start };
  const { theta } = await train(problem, SETTINGS, { threads: 1 });
  return Array.from(theta);
}
