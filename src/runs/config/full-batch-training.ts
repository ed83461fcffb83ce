import type { Config } from "./config.js";

/**
 * The section `training` that is the full-batch gradient descent of the section `learning` (DESIGN 2.1, GD): every batch is
 * the whole training set, plain SGD at a constant rate after its warm-up, measured after every step.
 */
export function fullBatchTraining({ learning, data }: Config): NonNullable<Config["training"]> {
  const { steps, learningRate, warmup } = learning;
  return {
    ...{ optimizer: "sgd", learningRate, momentum: 0, weightDecay: 0, beta1: 0.9, beta2: 0.99 },
    ...{ batch: data.examples, accumulate: 1, schedule: "constant", warmup, decay: 0, clip: null, average: null },
    ...{ evaluateEvery: 1, checkpointEvery: 100, steps, policy: "uniform" },
  };
}
