import { InputError } from "../base/errors.js";
import { nearest } from "../base/nearest.js";
import { equalLoss } from "./equal-loss.js";
import type { Experiment } from "./experiment.js";
import { perceptron } from "./perceptron.js";
import { table } from "./table.js";
import { trainingCompresses } from "./training-compresses.js";
import { transformerSmall } from "./transformer-small.js";
import { zeroSumLearning } from "./zero-sum-learning.js";

/** Every experiment that can be reproduced. */
export const experiments: readonly Experiment[] = [
  perceptron,
  transformerSmall,
  table,
  zeroSumLearning,
  equalLoss,
  trainingCompresses,
];

/** @throws InputError with the nearest name if there is none of this one */
export function experimentOf(name: string): Experiment {
  const found = experiments.find((experiment) => experiment.name === name);
  if (found !== undefined) return found;
  const guess = nearest(
    name,
    experiments.map((experiment) => experiment.name),
  );
  throw new InputError(`there is no experiment ${name}; the nearest is ${guess}`);
}
