import type { CostAt } from "./cost-to-reach.js";

/** Of what was learned at most: a smaller rise may be noise between two evaluations. */
const NOISE = 0.05;

/**
 * Where the test loss was lowest, if it has risen since by more than a twentieth of how far it had fallen: the training
 * overfits, or its rate is too high.
 *
 * @param points at least one, by step, the first before any step
 */
export function lowestBeforeRise(points: readonly CostAt[]): CostAt | undefined {
  const lowest = points.reduce((low, point) => (point.testLoss < low.testLoss ? point : low));
  const rise = points[points.length - 1].testLoss - lowest.testLoss;
  return rise > NOISE * (points[0].testLoss - lowest.testLoss) ? lowest : undefined;
}
