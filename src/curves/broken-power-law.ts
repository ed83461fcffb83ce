import { fitParameters } from "./fit/fit.js";
import { linearLeastSquares } from "./fit/linear-least-squares.js";
import type { Fit, FitProblem } from "./fit/problem.js";
import { leastSquares } from "./fit/residual-loss.js";
import { type Covariance, covariance } from "./fit/standard-errors.js";
import type { CurvePoint } from "./interpolate-curve.js";

/**
 * The smoothly broken power law with one break (Caballero et al. 2023, equation 1; DESIGN 2.6):
 *
 *   ln L(t) = ln b - c0 ln t - c1 f1 ln(1 + exp((ln t - ln d1) / f1))
 */
export interface BrokenPowerLaw {
  /** The loss at step 1 of the line before the break, in nats. */
  readonly b: number;
  /** The rate before the break, by which ln L falls with ln t. */
  readonly c0: number;
  /** What the break adds to it; negative where learning decelerates. */
  readonly c1: number;
  /** ln d1, the break's place. */
  readonly lnD1: number;
  /** How wide the break is, in ln t. */
  readonly f1: number;
}

/** A broken power law fitted to a curve. */
export interface BrokenPowerLawFit {
  readonly law: BrokenPowerLaw;
  /** Observed less fitted ln L. */
  readonly residuals: Float64Array;
  /** The standard error of a quantity of the law, of residuals that are independent. */
  errorOf(quantity: (law: BrokenPowerLaw) => number): number;
  /** Whether the break lies at the edge of where it is sought: it could lie beyond. */
  readonly atEdge: boolean;
  readonly converged: Fit["converged"];
}

/** A break is sought at least this share of the curve's length in ln t from either end. */
const MARGIN = 0.1;
/** In ln t. A break that is narrower lies between two points, one that is wider is none. */
const WIDTH = { least: 0.05, most: 3 };
/** Where starts are: so many breaks, evenly in ln t, of these widths; the best few are gone down from. */
const START_BREAKS = 12;
const START_WIDTHS = [0.1, 0.3, 0.8];
const DESCENTS = 2;

/** ln L of a law at ln t. */
export function lnBrokenPowerLaw({ b, c0, c1, lnD1, f1 }: BrokenPowerLaw, lnT: number): number {
  return Math.log(b) - c0 * lnT - c1 * softplus(lnT - lnD1, f1);
}

/** f ln(1 + exp(x / f)), which is x where x is large. */
function softplus(x: number, f: number): number {
  return Math.max(x, 0) + f * Math.log1p(Math.exp(-Math.abs(x) / f));
}

/**
 * Fits a smoothly broken power law with one break to a loss curve, by least squares on ln L as published ("Training Dynamics
 * Underlying Language Model Scaling Laws: Loss Deceleration and Zero-Sum Learning", 2025), from several starts. Every point
 * counts alike: the published points are spaced as `logSpaced` has them, the first 100 steps left out.
 *
 * @param points at least six, with steps above 0 and losses above 0, in order
 */
export function fitBrokenPowerLaw(points: readonly CurvePoint[]): BrokenPowerLawFit {
  const lnT = Float64Array.from(points, ({ step }) => Math.log(step));
  const observed = Float64Array.from(points, ({ loss }) => Math.log(loss));
  const [first, last] = [lnT[0], lnT[lnT.length - 1]];
  const [earliest, latest] = [first + MARGIN * (last - first), last - MARGIN * (last - first)];
  const problem: FitProblem = {
    observed,
    predict(parameters) {
      const law = lawOf(parameters);
      return lnT.map((x) => lnBrokenPowerLaw(law, x));
    },
    lower: [-Infinity, -Infinity, -Infinity, earliest, Math.log(WIDTH.least)],
    upper: [Infinity, Infinity, Infinity, latest, Math.log(WIDTH.most)],
  };
  const found = fitParameters(problem, leastSquares, startsOf(lnT, observed, earliest, latest))!;
  const law = lawOf(found.parameters);
  let sure: Covariance | undefined;
  return {
    law,
    residuals: found.residuals,
    errorOf(quantity) {
      sure ??= covariance(problem, found);
      return sure.errorOf((parameters) => quantity(lawOf(parameters)));
    },
    atEdge: law.lnD1 <= earliest || law.lnD1 >= latest,
    converged: found.converged,
  };
}

/** The law is fitted by the logarithms of b and f1, which are positive. */
function lawOf([lnB, c0, c1, lnD1, lnF1]: readonly number[]): BrokenPowerLaw {
  return { b: Math.exp(lnB), c0, c1, lnD1, f1: Math.exp(lnF1) };
}

/** The best of a grid of breaks; ln b, c0 and c1, in which the law is linear, are solved for. */
function startsOf(lnT: Float64Array, observed: Float64Array, earliest: number, latest: number): number[][] {
  const breaks = Array.from(
    { length: START_BREAKS },
    (_, i) => earliest + ((latest - earliest) * i) / (START_BREAKS - 1),
  );
  return breaks
    .flatMap((lnD1) => START_WIDTHS.map((f1) => ({ lnD1, f1 })))
    .map(({ lnD1, f1 }) => {
      const columns = [lnT.map(() => 1), lnT.map((x) => -x), lnT.map((x) => -softplus(x - lnD1, f1))];
      const factors = linearLeastSquares(columns, observed);
      const residual = (y: number, i: number) => columns.reduce((rest, column, j) => rest - factors[j] * column[i], y);
      const error = observed.reduce((sum, y, i) => sum + residual(y, i) ** 2, 0);
      return { start: [...factors, lnD1, Math.log(f1)], error };
    })
    .sort((a, b) => a.error - b.error)
    .slice(0, DESCENTS)
    .map(({ start }) => start);
}
