import { sgd } from "../../descent/optimizers/sgd.js";
import { constant } from "../../descent/schedules/constant.js";
import { uniform } from "../../training/weighting/uniform.js";
import type { Config } from "./config.js";
import type { TrainingSection } from "./sections.js";

/**
 * The section `training` that is the full-batch gradient descent of the section `learning` (DESIGN 2.1, GD): every batch is
 * the whole training set, plain SGD at the same rates, measured after every step.
 */
export function fullBatchTraining({ learning, data }: Config): TrainingSection {
  const { steps, learningRate, warmup, schedule = { name: constant.name } } = learning;
  return {
    ...{ optimizer: { name: sgd.name, momentum: 0, weightDecay: 0 }, learningRate },
    ...{ batch: data.examples, accumulate: 1, schedule, warmup, clip: null, average: null },
    ...{ evaluateEvery: 1, checkpointEvery: 100, steps, policy: { name: uniform.name } },
  };
}
