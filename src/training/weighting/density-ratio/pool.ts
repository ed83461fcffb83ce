/** R*: a pass over the same data is worth 1/e of a first one after so many more (Muennighoff et al. 2023, arXiv:2305.16264, 5.2). */
export const DECAY = 15.39;

/** 0 .. N - 1, the most believed first. */
export function byBelief(beliefs: Float64Array): Int32Array {
  return Int32Array.from(beliefs.keys()).sort((a, b) => beliefs[b] - beliefs[a] || a - b);
}

/**
 * How many of the most believed examples to begin with: the n that make the most of all draws. With mean belief mu over them,
 * what they are worth is
 *
 *     mu(n) D'(n),     D'(n) = n (1 + R* (1 - exp(-(draws/n - 1) / R*))),
 *
 * D' being what n examples are worth that are seen draws/n times each (Muennighoff et al. 2023, equation 5), and at most
 * the number of draws. Examples that are believed alike are taken or left together.
 */
export function poolSize(beliefs: Float64Array, draws: number): number {
  const falling = beliefs.toSorted().reverse();
  let [best, size, sum] = [Number.NEGATIVE_INFINITY, 0, 0];
  falling.forEach((belief, i) => {
    sum += belief;
    const n = i + 1;
    if (belief === falling[n]) return;
    const value = (sum / n) * worth(n, draws);
    if (value < best) return;
    [best, size] = [value, n];
  });
  return size;
}

/** D'. */
function worth(n: number, draws: number): number {
  return draws <= n ? draws : n * (1 + DECAY * (1 - Math.exp(-(draws / n - 1) / DECAY)));
}
