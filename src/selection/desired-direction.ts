import { clipByNorm } from "../descent/gradient-clipping.js";
import { AdamW } from "../descent/optimizers/adamw.js";
import type { OptimizerState } from "../descent/optimizers/optimizer.js";
import type { Floats, Passes } from "../passes/passes.js";
import type { TrainingSettings } from "../training/training-settings.js";

/**
 * d [P]: the direction along which the optimizer of a training would move theta (by -rate d) for the desired text. With
 * g = grad L(theta), clipped as in the training,
 *
 *   SGD    d = g
 *   AdamW  d = g / (sqrt(v-hat) + epsilon),    v having seen g too
 *
 * so that none of d is beyond 1 / sqrt(1 - beta2).
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
  optimizer.precondition(gradient, direction);
  return direction;
}
