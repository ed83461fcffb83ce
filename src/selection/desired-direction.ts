import { clipByNorm } from "../learning/gradient-clipping.js";
import { AdamW } from "../learning/optimizers/adamw.js";
import type { OptimizerState } from "../learning/optimizers/optimizer.js";
import type { Floats, Passes } from "../learning/passes.js";
import type { TrainingSettings } from "../learning/training-settings.js";

/**
 * d [P]: the direction along which the optimizer of a training would move theta (by -rate d) for the desired text. With
 * g = grad L(theta), clipped as in the training,
 *
 *   SGD    d = g
 *   AdamW  d = g / (sqrt(v-hat) + epsilon),    v having seen g too
 *
 * Without g in it, v is 0 for what the training met rarely or never (the embedding of a rare token), and one such number
 * is larger than all of the rest of d; with it none is beyond 1 / sqrt(1 - beta2).
 *
 * @param desired the desired examples
 * @param state of the optimizer, from the newest checkpoint
 */
export async function desiredDirection(
  desired: Passes,
  theta: Floats,
  settings: Pick<TrainingSettings, "optimizer" | "clip" | "beta1" | "beta2" | "weightDecay">,
  state: OptimizerState,
): Promise<Floats> {
  const gradient = theta.slice() as Floats;
  await desired.meanLossGradient(theta, gradient);
  if (settings.clip !== null) clipByNorm(gradient, settings.clip);
  if (settings.optimizer === "sgd") return gradient;
  const optimizer = new AdamW(settings, theta.length, theta instanceof Float32Array ? "float32" : "float64");
  optimizer.restore(state);
  const direction = theta.slice() as Floats;
  // At rate 0 an update moves nothing; direction is only what it does not move.
  optimizer.update(direction, gradient, 0);
  optimizer.precondition(gradient, direction);
  return direction;
}
