import { type Floats, floatType } from "../base/floats.js";
import { clipByNorm } from "../descent/gradient-clipping.js";
import type { OptimizerState } from "../descent/optimizers/optimizer.js";
import { optimizers } from "../descent/optimizers/registry.js";
import type { Passes } from "../passes/passes.js";
import type { TrainingSettings } from "../training/training-settings.js";

/**
 * d [P]: the direction along which the optimizer of a training would move theta (by -rate d) for the desired text. With
 * g = grad L(theta), clipped as in the training,
 *
 *   d = D g,    D being how the optimizer scales a gradient that it has seen (`Optimizer.precondition`)
 *
 * Of AdamW no number of d is beyond 1 / sqrt(1 - beta2).
 *
 * @param desired the desired examples
 * @param state of the optimizer, from the newest checkpoint
 */
export async function desiredDirection(
  desired: Passes,
  theta: Floats,
  settings: Pick<TrainingSettings, "optimizer" | "clip">,
  state: OptimizerState,
): Promise<Floats> {
  const gradient = theta.slice() as Floats;
  await desired.meanLossGradient(theta, gradient);
  if (settings.clip !== null) clipByNorm(gradient, settings.clip);
  const optimizer = optimizers.create(settings.optimizer, { parameters: theta.length, dtype: floatType(theta) });
  optimizer.restore(state);
  const direction = theta.slice() as Floats;
  optimizer.precondition(gradient, direction);
  return direction;
}
