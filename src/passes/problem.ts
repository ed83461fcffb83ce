import type { FloatType } from "../base/floats.js";
import type { Examples } from "../data/examples.js";
import type { Loss } from "../losses/loss.js";
import type { Model } from "../models/model.js";
import type { RuntimeOptions } from "../runtime/compile.js";

/** What is learned, from what, and what is desired. */
export interface TrainingProblem {
  readonly model: Model;
  /** What a prediction costs; the cross-entropy by default. */
  readonly loss?: Loss;
  readonly train: Examples;
  readonly desired: Examples;
  /** Chooses among policies. */
  readonly validation: Examples;
  /** Measured only. */
  readonly test: Examples;
  /** theta[0]. */
  readonly start: Float32Array;
}

/** The same with the full-batch gradient descent by which it is learned (DESIGN 2.1). */
export interface LearningProblem extends TrainingProblem {
  /** T. */
  readonly steps: number;
  /** eta. */
  readonly learningRate: number;
  /** Steps over which the learning rate rises linearly to its value; 0 for none. */
  readonly warmup: number;
  /** The share of eta that the rate is at in step t, the warm-up aside, as a schedule of descent/ gives it; 1 by default. */
  readonly schedule?: (t: number) => number;
}

/** `Resources.memory` where it is not given: 4 GiB. */
export const DEFAULT_MEMORY = 4 * 2 ** 30;

/** What computing may use. */
export interface Resources extends RuntimeOptions {
  /**
   * Bytes for all that grows with the problem: examples, policies, arrays as long as theta, what programs keep, and the states
   * of a learning process; 4 GiB by default. What does not fit is refused before it begins (docs/MEMORY.md).
   */
  readonly memory?: number;
  /** The type of theta and of all that is computed; float32 by default. */
  readonly dtype?: FloatType;
  /** Aborting it ends what is computed at its next batch, which throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called before every batch. */
  readonly onBatch?: () => void;
}
