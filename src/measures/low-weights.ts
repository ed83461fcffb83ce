/** Below this share of the uniform weight 1/N a weight counts as low (Gu et al. 2024, section 4.5). */
export const LOW_WEIGHT = 0.2;

/** Of some examples, how many have low weight, and how many of these none. */
export interface LowWeights {
  readonly count: number;
  readonly low: number;
  readonly zero: number;
}

/** Counts the low and zero weights of gamma[t] among the examples that `among` picks. */
export function lowWeights(weights: ArrayLike<number>, among: (n: number) => boolean): LowWeights {
  const N = weights.length;
  let [count, low, zero] = [0, 0, 0];
  for (let n = 0; n < N; n++) {
    if (!among(n)) continue;
    count++;
    if (weights[n] * N < LOW_WEIGHT) low++;
    if (weights[n] === 0) zero++;
  }
  return { count, low, zero };
}
