import { InputError } from "../base/errors.js";
import { largest } from "../base/floats.js";
import { type AnnealingLaw, type FittedAnnealing, HUBER_DELTA, type ScheduledCurve } from "./annealing-law.js";
import { fitParameters } from "./fit/fit.js";
import type { FitProblem } from "./fit/problem.js";
import { huber } from "./fit/residual-loss.js";

/**
 * The multi-power law (Luo et al. 2025, arXiv:2503.12811, equation 3):
 *
 *   L(t) = L0 + A S1^-alpha - B sum_k (eta_{k-1} - eta_k) (1 - (1 + C eta_k^-gamma S_k(t))^-beta),
 *   S_k(t) = sum_{k <= i <= t} eta_i
 *
 * What a fall of the rate gains comes as steps are taken at the lower rate, so that steps of rate 0 gain nothing; by the law
 * with S2 they do.
 */
export interface MultiPowerLaw {
  readonly L0: number;
  readonly A: number;
  readonly alpha: number;
  readonly B: number;
  readonly C: number;
  readonly beta: number;
  readonly gamma: number;
}

/** A schedule is taken as at most so many falls, and fitted at so many points of each curve. */
const FALLS = 150;
const POINTS = 50;
/** Starts, in units in which the whole sum of the rates and their peak are 1: B, and C for each step. */
const START_B = 0.15;
/**
 * The published values of models of 25M to 400M parameters are within 0.02 of these beta and gamma, and within 15% of
 * this C eta^(1 - gamma), by which C eta^-gamma S_k grows in a step at the peak: where they begin, or are held.
 */
const BETA = 0.6;
const GAMMA = 0.65;
const SPEED = 0.12;
/** Fewer curves than this do not decide beta, gamma and C. */
const DECIDING_CURVES = 3;

/** The law's loss after the given steps (from 1, rising), for the learning rates of all steps. */
export function multiPowerLosses(law: MultiPowerLaw, eta: Float64Array, steps: readonly number[]): Float64Array {
  return lossesAt(law, fallsOf(eta), steps);
}

/** A schedule as the law needs it. */
interface Falls {
  /** The sum of the rates after every step. */
  readonly S1: Float64Array;
  /** By how much the rate falls (below 0 where it rises), to what, after which step, and the sum of the rates by then. */
  readonly falls: readonly { readonly by: number; readonly to: number; readonly after: number; readonly sum: number }[];
}

/** Neighbouring steps are one fall, so many of them that there are at most `FALLS`. */
function fallsOf(eta: Float64Array): Falls {
  const S1 = new Float64Array(eta.length);
  for (let i = 0, sum = 0; i < eta.length; i++) S1[i] = sum += eta[i];
  const width = Math.max(1, Math.ceil(eta.length / FALLS));
  const falls = [];
  for (let from = 1; from < eta.length; from += width) {
    // Where the rate falls within these steps, on average.
    let [by, size, to, after, sum] = [0, 0, 0, 0, 0];
    for (let i = from; i < Math.min(from + width, eta.length); i++) {
      const fall = eta[i - 1] - eta[i];
      by += fall;
      size += Math.abs(fall);
      to += Math.abs(fall) * eta[i];
      after += Math.abs(fall) * i;
      sum += Math.abs(fall) * S1[i - 1];
    }
    if (size > 0) falls.push({ by, to: to / size, after: after / size, sum: sum / size });
  }
  return { S1, falls };
}

function lossesAt(
  { L0, A, alpha, B, C, beta, gamma }: MultiPowerLaw,
  { S1, falls }: Falls,
  steps: readonly number[],
): Float64Array {
  // eta^-gamma S_k goes to 0 with the rate, for gamma < 1.
  const speeds = falls.map(({ to }) => (to > 0 ? C * to ** -gamma : 0));
  return Float64Array.from(steps, (step) => {
    const sum = S1[step - 1];
    let gained = 0;
    for (let k = 0; k < falls.length && falls[k].after < step; k++)
      gained += falls[k].by * (1 - (1 + speeds[k] * Math.max(0, sum - falls[k].sum)) ** -beta);
    return L0 + A * sum ** -alpha - B * gained;
  });
}

/**
 * Fits a multi-power law to curves of one model, as `fitAnnealingLaw`. With fewer than three curves beta, gamma and C
 * are as published.
 *
 * @param from the annealing law of the same curves, where L0, A and alpha begin
 * @throws InputError if no law gives positive losses for the curves
 */
export function fitMultiPowerLaw(
  curves: readonly ScheduledCurve[],
  from: AnnealingLaw,
): FittedAnnealing<MultiPowerLaw> {
  const decided = curves.length >= DECIDING_CURVES;
  const peak = largest(curves.map(({ eta }) => largest(eta)));
  const schedules = curves.map(({ eta }) => fallsOf(eta));
  const lnC = Math.log(SPEED * largest(curves.map(({ eta }) => eta.length)));
  const total = largest(schedules.map(({ S1 }) => S1[S1.length - 1]));
  const samples = curves.map(({ points }) =>
    points.filter((_, i) => i % Math.ceil(points.length / POINTS) === 0 || i === points.length - 1),
  );
  const steps = samples.map((points) => points.map(({ step }) => step));
  const lawOf = ([L0, lnA, alpha, lnB, lnC, beta, gamma]: readonly number[]): MultiPowerLaw => ({
    ...{ L0, A: Math.exp(lnA) * total ** alpha, alpha, B: Math.exp(lnB) / peak, beta, gamma },
    C: (Math.exp(lnC) * peak ** gamma) / total,
  });
  const problem: FitProblem = {
    observed: Float64Array.from(samples.flatMap((points) => points.map(({ loss }) => Math.log(loss)))),
    predict(parameters) {
      const law = lawOf(parameters);
      return Float64Array.from(
        steps.flatMap((steps, i) => [...lossesAt(law, schedules[i], steps)].map((loss) => Math.log(loss))),
      );
    },
    lower: [0, -20, 0, -20, ...(decided ? [0, 0.2, 0.3] : [lnC, BETA, GAMMA])],
    upper: [Infinity, 20, 5, 20, ...(decided ? [25, 1.5, 0.9] : [lnC, BETA, GAMMA])],
  };
  const lnA = Math.log(Math.max(from.A * total ** -from.alpha, 1e-6));
  const starts = [1, 10].map((factor) => {
    return [from.L0, lnA, Math.max(from.alpha, 0.05), Math.log(START_B), lnC + Math.log(factor), BETA, GAMMA];
  });
  const fit = fitParameters(problem, huber(HUBER_DELTA), starts);
  if (fit === undefined)
    throw new InputError("the curves are such that no multi-power law gives positive losses for them");
  const { objective, converged, agreeing } = fit;
  return { law: lawOf(fit.parameters), objective, converged, agreeing, starts: fit.starts };
}
