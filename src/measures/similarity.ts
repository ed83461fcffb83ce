/** The contributions of the examples with weight at one step, summed up. */
export interface Similarity {
  /** Their mean, weighted by gamma[t]. */
  readonly mean: number;
  /** Their standard deviation about that mean, every example counting once. */
  readonly deviation: number;
  /** SIM[t] = mean / deviation; null where nothing deviates, as with all weight on one example. */
  readonly similarity: number | null;
  /** How many have weight. */
  readonly weighted: number;
}

/**
 * SIM[t], how similar the contributions CT[t][n] of the examples with weight are (DESIGN 2.5; Gu et al. 2024, equation
 * 7). The learning law says that in optimal learning they are equal: SIM[t] is infinite.
 *
 * @param weights gamma[t], N numbers that sum to 1
 * @param contributions CT[t], N numbers
 */
export function similarity(weights: ArrayLike<number>, contributions: ArrayLike<number>): Similarity {
  let mean = 0;
  let weighted = 0;
  for (let n = 0; n < weights.length; n++) {
    if (weights[n] === 0) continue;
    mean += weights[n] * contributions[n];
    weighted++;
  }
  let squares = 0;
  for (let n = 0; n < weights.length; n++) if (weights[n] !== 0) squares += (contributions[n] - mean) ** 2;
  const deviation = Math.sqrt(squares / weighted);
  return { mean, deviation, similarity: deviation > 0 ? mean / deviation : null, weighted };
}
