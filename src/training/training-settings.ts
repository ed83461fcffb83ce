import type { AdamWSettings } from "../descent/optimizers/adamw.js";
import type { SgdSettings } from "../descent/optimizers/sgd.js";
import type { RateSchedule } from "../descent/schedules.js";

export const optimizerNames = ["adamw", "sgd"] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** Training as people train: mini-batches, an optimizer, a schedule. */
export interface TrainingSettings extends RateSchedule, AdamWSettings, SgdSettings {
  readonly optimizer: OptimizerName;
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
