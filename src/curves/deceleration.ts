import { rootMeanSquare, sumOfSquares } from "../base/floats.js";
import {
  type BrokenPowerLaw,
  type BrokenPowerLawFit,
  fitBrokenPowerLaw,
  lnBrokenPowerLaw,
} from "./broken-power-law.js";
import { effectiveSize } from "./fit/effective-size.js";
import { linearLeastSquares } from "./fit/linear-least-squares.js";
import type { CurvePoint } from "./interpolate-curve.js";
import { grouped } from "./smoothing.js";

/** What is measured of a curve with a break. */
export interface DecelerationMeasures extends BrokenPowerLaw {
  /** t_d, the step of the break. */
  readonly td: number;
  /** L_d, the loss where the lines before and after the break meet, in nats. */
  readonly Ld: number;
  /** r_d, the rate after the break. */
  readonly rd: number;
}

/** What a curve's break is. */
export type Verdict = "decelerates" | "accelerates" | "no break" | "too little data";

/** What is said of the deceleration of a loss curve. */
export interface Deceleration {
  readonly verdict: Verdict;
  /** Why there is no break or no fit, or what is to be minded; in part of a sentence. */
  readonly reason?: string;
  /** Points that were fitted. */
  readonly points: number;
  /** The last loss, in nats. */
  readonly final: number;
  /** The fit of the law with a break; none where there is too little data. */
  readonly fit?: DecelerationFit;
}

/** A broken power law fitted to a curve, and what it says. */
export interface DecelerationFit extends DecelerationMeasures {
  /** The root of the mean squared error of ln L. */
  readonly rsle: number;
  /** The last loss by the line after the break: L_d (T / t_d)^(-r_d). */
  readonly predictedFinal: number;
  /** Standard errors of residuals that are independent, as published. */
  readonly errors: DecelerationMeasures;
  /** 95% intervals, [low, high], for which neighbouring residuals may be alike. */
  readonly intervals: Readonly<Record<keyof DecelerationMeasures, readonly [number, number]>>;
  /** How many independent residuals there are. */
  readonly effectivePoints: number;
  /** How much lower the information criterion is with a break than without; above 0 there is one. */
  readonly evidence: number;
  readonly converged: boolean;
}

/** Fewer points than this decide no law with five parameters. */
const LEAST_POINTS = 20;
/** Nor do points that span less than this factor of steps. */
const LEAST_SPAN = 10;
/** More are put together. */
const FITTED_POINTS = 2000;
/** What a break adds to a single power law: c1, d1 and f1, and that d1 is sought along the whole curve. */
const BREAK_PARAMETERS = 3 + 1;

/**
 * Whether and where a loss curve decelerates (DESIGN 2.6). A break counts where the Bayesian information criterion prefers
 * it to a single power law, with as many points as there are independent residuals n': n' ln(RSS1 / RSS2) > 4 ln n'.
 *
 * @param points with steps above 0 and losses above 0, in order, without the first steps
 */
export function measureDeceleration(points: readonly CurvePoint[]): Deceleration {
  const final = points.length === 0 ? Number.NaN : points[points.length - 1].loss;
  const lack = lackOf(points);
  if (lack !== undefined) return { verdict: "too little data", reason: lack, points: points.length, final };
  const fitted = grouped(points, FITTED_POINTS);
  const broken = fitBrokenPowerLaw(fitted);
  const fit = describe(points, fitted, broken);
  const said = (verdict: Verdict, reason?: string): Deceleration => ({
    ...{ verdict, points: points.length, final, fit },
    ...(reason === undefined ? {} : { reason }),
  });
  if (!(fit.evidence > 0)) return said("no break", "a single power law describes it as well");
  if (broken.atEdge) return said("no break", "it bends at its very beginning or end, where a break cannot be told");
  const doubt = fit.converged ? undefined : "the fit has not converged";
  return said(fit.c1 < 0 ? "decelerates" : "accelerates", doubt);
}

/** The fit of a curve that breaks, to a lower rate or a higher one; undefined of others. */
export function breakOf({ verdict, fit }: Deceleration): DecelerationFit | undefined {
  return verdict === "decelerates" || verdict === "accelerates" ? fit : undefined;
}

function describe(
  points: readonly CurvePoint[],
  fitted: readonly CurvePoint[],
  broken: BrokenPowerLawFit,
): DecelerationFit {
  const { law, residuals, converged } = broken;
  const measures = measuresOf(law);
  const names = Object.keys(measures) as (keyof DecelerationMeasures)[];
  const byName = <Value>(of: (name: keyof DecelerationMeasures) => Value) =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<keyof DecelerationMeasures, Value>;
  const errors = byName((name) => broken.errorOf((other) => measuresOf(other)[name]));
  const effectivePoints = effectiveSize(residuals);
  // The variance of a mean of residuals that are alike.
  const wider = 1.96 * Math.sqrt(residuals.length / effectivePoints);
  const error = sumOfSquares(residuals);
  return {
    ...measures,
    rsle: rootMeanSquare(residualsOf(points, law)),
    predictedFinal: measures.Ld * (points[points.length - 1].step / measures.td) ** -measures.rd,
    errors,
    intervals: byName((name) => [measures[name] - wider * errors[name], measures[name] + wider * errors[name]]),
    effectivePoints,
    evidence:
      effectivePoints * Math.log(singleError(fitted) / error) -
      BREAK_PARAMETERS * Math.log(Math.max(effectivePoints, 1)),
    converged,
  };
}

/** Observed less fitted ln L. */
function residualsOf(points: readonly CurvePoint[], law: BrokenPowerLaw): Float64Array {
  return Float64Array.from(points, ({ step, loss }) => Math.log(loss) - lnBrokenPowerLaw(law, Math.log(step)));
}

function measuresOf(law: BrokenPowerLaw): DecelerationMeasures {
  return { ...law, td: Math.exp(law.lnD1), Ld: law.b * Math.exp(-law.c0 * law.lnD1), rd: law.c0 + law.c1 };
}

/** The squared error of the single power law ln L = ln b - c0 ln t that fits best. */
function singleError(points: readonly CurvePoint[]): number {
  const lnT = Float64Array.from(points, ({ step }) => Math.log(step));
  const observed = Float64Array.from(points, ({ loss }) => Math.log(loss));
  const [lnB, slope] = linearLeastSquares([lnT.map(() => 1), lnT], observed);
  return sumOfSquares(observed.map((y, i) => y - lnB - slope * lnT[i]));
}

/** Why points are too few for a break. */
function lackOf(points: readonly CurvePoint[]): string | undefined {
  if (points.length < LEAST_POINTS) return `${points.length} points; a break needs ${LEAST_POINTS}`;
  const [first, last] = [points[0].step, points[points.length - 1].step];
  if (last < LEAST_SPAN * first)
    return `steps ${first} to ${last}; a break needs points over a factor of ${LEAST_SPAN} in steps`;
  return undefined;
}
