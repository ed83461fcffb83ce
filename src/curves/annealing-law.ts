import { InputError } from "../base/errors.js";
import { largest, smallest } from "../base/floats.js";
import { fitParameters } from "./fit/fit.js";
import { linearLeastSquares } from "./fit/linear-least-squares.js";
import type { Fit, FitProblem } from "./fit/problem.js";
import { huber } from "./fit/residual-loss.js";
import type { CurvePoint } from "./interpolate-curve.js";
import { rateSums } from "./learning-rate-sums.js";

/** The loss of a training by its learning rates: L(s) = L0 + A S1^-alpha - C S2 (Tissue et al. 2024, equation 1; DESIGN 2.7). */
export interface AnnealingLaw {
  readonly L0: number;
  readonly A: number;
  readonly alpha: number;
  readonly C: number;
  /** How slowly the momentum of the annealing decays. */
  readonly lambda: number;
}

/** An annealing law that was fitted. */
export interface FittedAnnealing<Law> {
  readonly law: Law;
  /** The sum over all points of the Huber loss of ln L. */
  readonly objective: number;
  readonly converged: boolean;
  readonly starts: Fit["starts"];
  readonly agreeing: Fit["agreeing"];
}

/** A curve with the learning rate of every step 1 .. T. */
export interface ScheduledCurve {
  readonly points: readonly CurvePoint[];
  readonly eta: Float64Array;
}

/** Where the Huber loss of ln L turns from squares to absolute values, as published. */
export const HUBER_DELTA = 1e-3;
/** Starts: shares of the lowest loss as L0, and powers alpha. */
const START_L0 = [0.3, 0.7, 0.95];
const START_ALPHA = [0.2, 0.5, 1];
/** lambda is 1 - 20 / T where it is not given: the published 0.999 at T = 20,000. */
const MEMORY = 20;
/** Fewer points than this decide no law. */
const LEAST_POINTS = 10;

/** The law's loss after every step 1 .. T (at index t - 1), for the learning rates of the steps. */
export function annealingLosses({ L0, A, alpha, C, lambda }: AnnealingLaw, eta: Float64Array): Float64Array {
  const { S1, S2 } = rateSums(eta, lambda);
  return S1.map((sum, i) => L0 + A * sum ** -alpha - C * S2[i]);
}

/** How an annealing law is fitted. */
export interface AnnealingOptions {
  /** lambda; by default 1 - 20 / T of the longest curve. */
  readonly lambda?: number;
  /** Without S2: C is 0. */
  readonly withoutS2?: boolean;
}

/**
 * Fits an annealing law to curves of one model under one or several schedules: the sum of the Huber losses of
 * ln L - ln L-hat is minimised, with all coefficients 0 or above, from nine starts.
 *
 * @throws InputError if there are too few points
 */
export function fitAnnealingLaw(
  curves: readonly ScheduledCurve[],
  { lambda, withoutS2 = false }: AnnealingOptions = {},
): FittedAnnealing<AnnealingLaw> {
  const count = curves.reduce((sum, { points }) => sum + points.length, 0);
  if (count < LEAST_POINTS)
    throw new InputError(`there are ${count} points to fit; an annealing law needs ${LEAST_POINTS} at least`);
  const T = Math.max(...curves.map(({ eta }) => eta.length));
  return fitWith(curves, lambda ?? Math.max(0, 1 - MEMORY / T), withoutS2);
}

function fitWith(curves: readonly ScheduledCurve[], lambda: number, withoutS2: boolean): FittedAnnealing<AnnealingLaw> {
  const sums = curves.map(({ eta }) => rateSums(eta, lambda));
  const at = (sum: "S1" | "S2") =>
    Float64Array.from(curves.flatMap(({ points }, i) => points.map(({ step }) => sums[i][sum][step - 1])));
  const [S1, S2] = [at("S1"), at("S2")];
  const losses = Float64Array.from(curves.flatMap(({ points }) => points.map(({ loss }) => loss)));
  // In units in which A and C are of the size of losses.
  const unit1 = largest(S1);
  const unit2 = largest(S2.map(Math.abs)) || 1;
  const lnS1 = S1.map((sum) => Math.log(sum / unit1));
  const s2 = S2.map((sum) => sum / unit2);
  const problem: FitProblem = {
    observed: losses.map(Math.log),
    predict: ([L0, A, alpha, C]) => lnS1.map((x, i) => Math.log(L0 + A * Math.exp(-alpha * x) - C * s2[i])),
    lower: [0, 0, 0, 0],
    upper: [Infinity, Infinity, Infinity, withoutS2 ? 0 : Infinity],
  };
  const lowest = smallest(losses);
  const starts = START_L0.flatMap((share) =>
    START_ALPHA.map((alpha) => {
      const L0 = share * lowest;
      const rest = losses.map((loss) => loss - L0);
      const [A, C] = linearLeastSquares([lnS1.map((x) => Math.exp(-alpha * x)), s2.map((sum) => -sum)], rest);
      return [L0, Math.max(A, 0.01), alpha, withoutS2 ? 0 : Math.max(C, 0)];
    }),
  );
  const fit = fitParameters(problem, huber(HUBER_DELTA), starts);
  if (fit === undefined)
    throw new InputError("the curves are such that no annealing law gives positive losses for them");
  const [L0, A, alpha, C] = fit.parameters;
  const { objective, converged, agreeing } = fit;
  const law = { L0, A: A * unit1 ** alpha, alpha, C: C / unit2, lambda };
  return { law, objective, converged, agreeing, starts: fit.starts };
}
