import { firstCrossing } from "../curves/first-crossing.js";

/**
 * AR = T / min{ t : L_policy(t) <= L_conventional(T) }, interpolated linearly between steps (DESIGN 2.5): how many times
 * sooner a learning process reaches the loss that conventional learning ends with. Curves hold the loss after step t at
 * index t - 1. NaN where the process never reaches it.
 */
export function acceleration(curve: Float64Array, conventional: Float64Array): number {
  const reached = firstCrossing(curve, conventional[conventional.length - 1]);
  // Index i holds the loss after step i + 1: the line that leads there begins at step i.
  return reached === undefined ? Number.NaN : conventional.length / (reached.index + reached.share);
}
