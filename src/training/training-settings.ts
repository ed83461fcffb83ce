import type { Chosen } from "../base/component.js";

/** Training as people train: mini-batches, an optimizer, a schedule. */
export interface TrainingSettings {
  readonly optimizer: Chosen;
  readonly schedule: Chosen;
  /** The peak, eta. */
  readonly learningRate: number;
  /** T. */
  readonly steps: number;
  /** W, steps over which the rate rises linearly to its peak; 0 for none. */
  readonly warmup: number;
  /** B, examples a step. */
  readonly batch: number;
  /** Parts in which a batch's gradient is computed, for less memory; divides `batch`. */
  readonly accumulate: number;
  /** The norm that gradients are clipped to; null for none. */
  readonly clip: number | null;
  /** The decay of the moving average of theta, which then is what is evaluated; null for none. */
  readonly average: number | null;
  readonly evaluateEvery: number;
  readonly checkpointEvery: number;
  /** Of the order of the examples. */
  readonly seed: number;
}
