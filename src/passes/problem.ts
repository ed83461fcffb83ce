import type { Examples } from "../data/examples.js";
import type { Model } from "../models/model.js";
import type { RuntimeOptions } from "../runtime/compile.js";
import type { Schedule } from "../search/trajectory.js";
import type { FloatType } from "./programs.js";

/** What is learned, from what, and what is desired. */
export interface LearningProblem extends Schedule {
  readonly model: Model;
  readonly train: Examples;
  readonly desired: Examples;
  /** Chooses among policies. */
  readonly validation: Examples;
  /** Measured only. */
  readonly test: Examples;
  /** theta[0]. */
  readonly start: Float32Array;
}

/** `Resources.memory` where it is not given: 4 GiB. */
export const DEFAULT_MEMORY = 4 * 2 ** 30;

/** What computing may use. */
export interface Resources extends RuntimeOptions {
  /** Bytes for the states of a learning process and the values of a batch; 4 GiB by default. */
  readonly memory?: number;
  /** The type of theta and of all that is computed; float32 by default. */
  readonly dtype?: FloatType;
}
