import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { fitScalingLaws, type ScalingLaw } from "./scaling-law.js";
import { improvement, predictedAcceleration } from "./scaling-law-improvement.js";
import { confidenceInterval, type Interval, resampleScalingLaws } from "./scaling-law-intervals.js";
import { undecided } from "./scaling-law-undecided.js";

/** A curve that correlates less is no power law; the published ones do better. */
const LEAST_CORRELATION = 0.99;
/** A line so flat that it meets 1 nat beyond e^50 steps has a B that means nothing. */
const LARGEST_LOG_B = 50;

/** The scaling laws of conventional learning and of the best policy, fitted together (DESIGN 2.5). */
export interface ScalingComparison {
  readonly conventional: ScalingLaw;
  readonly best: ScalingLaw;
  /** The lower of the two laws' correlations. */
  readonly correlation: number;
  /** False where the curves are hardly power laws: then coefficients and improvements mean little. */
  readonly powerLaws: boolean;
  /** How much better the best policy's B and beta are, as shares. */
  readonly improvement: { readonly B: number; readonly beta: number };
  /** The acceleration at step T that the laws predict. */
  readonly predicted: number;
  readonly intervals: ScalingIntervals | Refused;
  /** Why the curves do not decide the coefficients, as a clause; null where they do. */
  readonly undecided: string | null;
}

/** 95% confidence intervals. */
export interface ScalingIntervals {
  readonly L0: Interval;
  readonly conventional: { readonly B: Interval; readonly beta: Interval };
  readonly best: { readonly B: Interval; readonly beta: Interval };
  readonly improvement: { readonly B: Interval; readonly beta: Interval };
}

/** Why the curves allow no law, or no intervals. */
export interface Refused {
  readonly refused: string;
}

/** Compares the test curves of conventional learning and of the best policy. */
export function compareScaling(conventional: Float64Array, best: Float64Array): ScalingComparison | Refused {
  const curves = [conventional, best];
  return unlessRefused(() => {
    const laws = fitScalingLaws(curves);
    const intervals = unlessRefused(() => intervalsOf(curves, laws));
    return {
      conventional: laws[0],
      best: laws[1],
      correlation: Math.min(laws[0].correlation, laws[1].correlation),
      powerLaws: laws.every(
        ({ B, correlation }) => correlation >= LEAST_CORRELATION && Math.abs(Math.log(B)) <= LARGEST_LOG_B,
      ),
      improvement: improvement(laws[1], laws[0]),
      predicted: predictedAcceleration(laws[1], laws[0], conventional.length),
      intervals,
      undecided: undecided({
        curves,
        laws,
        intervals:
          "refused" in intervals ? intervals : { L0: intervals.L0, B: [intervals.conventional.B, intervals.best.B] },
      }),
    };
  });
}

function intervalsOf(curves: Float64Array[], laws: ScalingLaw[]): ScalingIntervals {
  const resampled = resampleScalingLaws(curves, laws, createRandom(1, "scaling law"));
  const interval = (quantity: (laws: ScalingLaw[]) => number) => confidenceInterval(resampled, quantity);
  const ofLaw = (i: number) => ({ B: interval((laws) => laws[i].B), beta: interval((laws) => laws[i].beta) });
  return {
    L0: interval((laws) => laws[0].L0),
    conventional: ofLaw(0),
    best: ofLaw(1),
    improvement: {
      B: interval(([before, after]) => improvement(after, before).B),
      beta: interval(([before, after]) => improvement(after, before).beta),
    },
  };
}

function unlessRefused<T>(compute: () => T): T | Refused {
  try {
    return compute();
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}
