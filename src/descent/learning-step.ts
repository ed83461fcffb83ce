import { allFinite, type Floats, floats, floatType, norms } from "../base/floats.js";
import { clipByNorm } from "./gradient-clipping.js";
import type { Optimizer } from "./optimizers/optimizer.js";

/** What a step of learning is made of. */
export interface LearningStepSettings {
  readonly optimizer: Optimizer;
  /** eta[t], t = 0, 1, .. */
  readonly rate: (t: number) => number;
  /** The norm that gradients are clipped to; null for none. */
  readonly clip: number | null;
  /** Is told how long every gradient is before it is clipped. */
  readonly onNorms?: (t: number, norms: { readonly l1: number; readonly l2: number }) => void;
  /** What is thrown where theta[t] is not finite any more, t being the number of steps taken. */
  readonly diverged: (t: number) => Error;
}

/**
 * One step of learning, theta[t] -> theta[t + 1] (DESIGN 2.1): a gradient, clipped, and the optimizer's update at the
 * schedule's rate. All that learns in this house takes this step: the trajectory of a search, its evaluation, a training.
 */
export class LearningStep {
  private gradient: Floats | undefined;

  constructor(private readonly settings: LearningStepSettings) {}

  /**
   * next <- theta[t + 1], where next may be theta.
   *
   * @param gradientAt writes the gradient at theta[t] into an array that is used again in the next step
   */
  async take(
    t: number,
    theta: Floats,
    gradientAt: (gradient: Floats) => Promise<void>,
    next: Floats = theta,
  ): Promise<void> {
    const { optimizer, rate, clip, onNorms, diverged } = this.settings;
    this.gradient ??= floats(floatType(theta), theta.length);
    await gradientAt(this.gradient);
    const length = onNorms && norms(this.gradient);
    if (length !== undefined) onNorms!(t, length);
    if (clip !== null) clipByNorm(this.gradient, clip, length?.l2);
    if (next !== theta) next.set(theta);
    optimizer.update(next, this.gradient, rate(t));
    if (!allFinite(next)) throw diverged(t + 1);
  }
}
