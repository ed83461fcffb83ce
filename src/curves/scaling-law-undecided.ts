import { rounded } from "../base/words.js";
import type { ScalingLaw } from "./scaling-law.js";
import type { Interval } from "./scaling-law-intervals.js";

/** A curve that correlates less is no power law; the published ones do better. */
const LEAST_CORRELATION = 0.99;
/** L0 is known where its interval is at most this share of what the loss falls in all. */
const WIDEST_L0 = 0.5;
/** B is known where its interval spans at most this factor. */
const WIDEST_B = 10;

/** What is fitted, and between which bounds it lies. */
export interface FittedLaws {
  /** Test losses in nats, the first before the second law of `laws`, and so on. */
  readonly curves: readonly Float64Array[];
  readonly laws: readonly ScalingLaw[];
  /** 95% intervals: of the L0 that the laws share, and of each law's B; or why there are none. */
  readonly intervals: { readonly L0: Interval; readonly B: readonly Interval[] } | { readonly refused: string };
}

/**
 * Why the curves do not decide the coefficients of their scaling laws, as a clause to stand after a colon; null where
 * they do. A straight line in logarithms correlates well under many an L0, so the correlation alone says little: what the
 * intervals leave open counts (DESIGN 2.5).
 */
export function undecided({ curves, laws, intervals }: FittedLaws): string | null {
  const correlation = Math.min(...laws.map((law) => law.correlation));
  if (correlation < LEAST_CORRELATION)
    return `the curves are hardly power laws (correlation ${correlation.toFixed(3)})`;
  if ("refused" in intervals) return intervals.refused;
  const { L0, B } = intervals;
  const fall = Math.max(...curves.map((curve) => curve[0] - curve[curve.length - 1]));
  const between = `between ${rounded(L0.low)} and ${rounded(L0.high)} nats`;
  if (L0.high - L0.low > WIDEST_L0 * fall)
    return `the limit L0 may lie anywhere ${between} (95%), where the loss falls by ${rounded(fall)} nats in all`;
  const open = B.find(({ low, high }) => !(high <= WIDEST_B * low));
  if (open !== undefined)
    return `B may lie anywhere between ${rounded(open.low)} and ${rounded(open.high)} steps (95%)`;
  if (laws[0].L0 === 0) return "the limit L0 that fits best is 0 nats, the least that is tried";
  return null;
}
