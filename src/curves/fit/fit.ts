import { descend } from "./descend.js";
import type { Fit, FitProblem } from "./problem.js";
import type { ResidualLoss } from "./residual-loss.js";

/** Objectives as close as this share count as the same. */
const AGREEMENT = 1e-3;

/**
 * The parameters that minimise the sum of `loss(observed - predicted)`, the best found from several starts: a law that is
 * not linear has local minima, and one start says nothing of them.
 *
 * @param starts parameters to begin at, at least one; those where the law predicts no numbers are passed over
 * @returns undefined where the law predicts no numbers at any of the starts
 */
export function fitParameters(
  problem: FitProblem,
  loss: ResidualLoss,
  starts: readonly (readonly number[])[],
): Fit | undefined {
  const ends = starts.flatMap((start) => descend(problem, loss, start) ?? []);
  if (ends.length === 0) return undefined;
  // Of ends that are as low as one another, one that has converged.
  const lowest = Math.min(...ends.map(({ objective }) => objective));
  const low = ends.filter(({ objective }) => objective <= lowest * (1 + 1e-9));
  const best = low.find(({ converged }) => converged) ?? low[0];
  const agreeing = ends.filter(({ objective }) => objective <= best.objective * (1 + AGREEMENT)).length;
  return { ...best, starts: starts.length, agreeing };
}
