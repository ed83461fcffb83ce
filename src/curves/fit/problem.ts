/** Numbers that are to be met, and a law with parameters that predicts them. */
export interface FitProblem {
  /** y, one number a point. */
  readonly observed: Float64Array;
  /** The law's number for every point; NaN where it has none. */
  readonly predict: (parameters: readonly number[]) => Float64Array;
  /** How often each point counts; once, where this is left out. */
  readonly counts?: Float64Array;
  /** Bounds of each parameter, both included; none where they are left out. */
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
}

/** Parameters that were found, and how. */
export interface Fit {
  readonly parameters: readonly number[];
  /** The sum of the residuals' losses. */
  readonly objective: number;
  /** Observed less predicted. */
  readonly residuals: Float64Array;
  /** Whether the gradient vanishes there, along all parameters that are not at a bound. */
  readonly converged: boolean;
  /** Starts that were tried, and those of them that ended as low as this, to 0.1%. */
  readonly starts: number;
  readonly agreeing: number;
}
