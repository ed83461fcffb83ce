import { type Crossing, firstCrossing } from "../curves/first-crossing.js";

/** A loss falls where it falls by more than this share of itself: what float32 decides. */
const LEAST_FALL = 1e-6;

/** Why a training is compared with nothing where its baseline makes no measure. */
export const NO_ACCELERATION =
  "there is nothing to reach, as the test loss of the baseline does not fall to its end or ends above the start";

/**
 * Where a baseline first reaches the loss that it ends with: at its end, where it is falling there. Undefined where it makes
 * no measure: where it is flat, was there at once, or was there in its first half, so that it has risen since or moved up and
 * down. Any acceleration over such a one would be large, its own included.
 *
 * @param losses in nats, at equal distances, in the order of their steps
 */
export function baselineCrossing(losses: ArrayLike<number>): Crossing | undefined {
  const last = losses.length - 1;
  const reached = firstCrossing(losses, losses[last]);
  if (reached === undefined || reached.index === 0 || !(losses[0] - losses[last] > LEAST_FALL * losses[0]))
    return undefined;
  return reached.index - 1 + reached.share >= last / 2 ? reached : undefined;
}

/**
 * AR = t_conventional / t_policy, t being where a curve first reaches the loss that conventional learning ends with,
 * interpolated linearly between steps (DESIGN 2.5): how many times sooner a learning process is there. t_conventional is T
 * where the conventional loss falls at its end. Curves hold the loss after step t at index t - 1. NaN where the process
 * never reaches it, and where the conventional curve makes no measure (`baselineCrossing`).
 */
export function acceleration(curve: Float64Array, conventional: Float64Array): number {
  const own = baselineCrossing(conventional);
  const reached = firstCrossing(curve, conventional[conventional.length - 1]);
  if (own === undefined || reached === undefined) return Number.NaN;
  // Index i holds the loss after step i + 1: the line that leads there begins at step i.
  return (own.index + own.share) / (reached.index + reached.share);
}
