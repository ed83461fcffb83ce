/** Where a curve first comes down to a loss. */
export interface Crossing {
  /** Of the first of its losses that is not above it. */
  readonly index: number;
  /** How far that is on the straight line from the loss before, from 0 to 1; 1 where there is none before. */
  readonly share: number;
}

/**
 * Where a loss curve, on straight lines between its losses, first reaches `loss` (DESIGN 2.5, acceleration); what it does
 * later does not matter.
 *
 * @param losses in nats, in the order of their steps
 * @returns undefined if none of them is as low
 */
export function firstCrossing(losses: ArrayLike<number>, loss: number): Crossing | undefined {
  for (let index = 0; index < losses.length; index++) {
    const after = losses[index];
    if (!(after <= loss)) continue;
    const before = index === 0 ? Number.POSITIVE_INFINITY : losses[index - 1];
    return { index, share: Number.isFinite(before) ? (before - loss) / (before - after) : 1 };
  }
  return undefined;
}
