import { quantile } from "simple-statistics";
import type { Random } from "../../base/random.js";
import { fitParameters } from "./fit.js";
import type { Fit, FitProblem } from "./problem.js";
import type { ResidualLoss } from "./residual-loss.js";

/**
 * The parameters that might as well have come out: fits of `replicates` draws of as many points from these, with replacement
 * (Efron 1979), each gone down to from the fit. Draws in which the law has no numbers or does not converge are left out.
 */
export function bootstrap(
  problem: FitProblem,
  loss: ResidualLoss,
  { parameters }: Fit,
  random: Random,
  replicates: number,
): (readonly number[])[] {
  const n = problem.observed.length;
  return Array.from({ length: replicates }, () => {
    const counts = new Float64Array(n);
    for (let i = 0; i < n; i++) counts[random.integer(n)]++;
    return fitParameters({ ...problem, counts }, loss, [parameters]);
  }).flatMap((fit) => (fit?.converged ? [fit.parameters] : []));
}

/** The 95% interval (percentile) of a quantity of the parameters, [low, high]. */
export function percentileInterval(
  replicates: readonly (readonly number[])[],
  quantity: (parameters: readonly number[]) => number,
): readonly [number, number] {
  const [low, high] = quantile(replicates.map(quantity), [0.025, 0.975]);
  return [low, high];
}
