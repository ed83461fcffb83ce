/** How the losses of many tokens changed between two steps (DESIGN 2.6). */
export interface LossChanges {
  /** D = 1 - |sum dl_i| / sum |dl_i|: 0 where all change the same way, 1 where they cancel; null where none changes. */
  readonly interference: number | null;
  /** M = mean |dl_i|, in nats. |mean dl_i| = M (1 - D). */
  readonly magnitude: number;
  /** mean dl_i, in nats; below 0 where the loss falls. */
  readonly mean: number;
}

/**
 * Destructive interference of numbers, 1 - |sum x_i| / sum |x_i| (Mircea et al. 2025, arXiv:2506.05447); null where all are 0.
 */
export function destructiveInterference(values: ArrayLike<number>): number | null {
  const { sum, absolute } = sums(values);
  return interferenceOf(sum, absolute);
}

/** The same from the sum and the sum of absolute values. */
export function interferenceOf(sum: number, absolute: number): number | null {
  // Rounded sums may exceed the sum of the absolute values by their last bit.
  return absolute === 0 ? null : Math.max(0, 1 - Math.abs(sum) / absolute);
}

/**
 * The changes of losses from `before` to `after`, the same tokens in both.
 *
 * @param tokens how many there are; what is 0 in both arrays, such as padding, is none
 */
export function lossChanges(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  tokens: number = before.length,
): LossChanges {
  const { sum, absolute } = sums(Float64Array.from(before, (loss, i) => after[i] - loss));
  return { interference: interferenceOf(sum, absolute), magnitude: absolute / tokens, mean: sum / tokens };
}

function sums(values: ArrayLike<number>): { sum: number; absolute: number } {
  let sum = 0;
  let absolute = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    absolute += Math.abs(values[i]);
  }
  return { sum, absolute };
}
