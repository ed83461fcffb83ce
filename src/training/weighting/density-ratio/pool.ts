/** R*: a pass over the same data is worth 1/e of a first one after so many more (Muennighoff et al. 2023, arXiv:2305.16264, 5.2). */
const DECAY = 15.39;
/** Beyond so many passes over them small models learn examples by heart (docs/RESULTS.md); one more is worth e^-2 of a fresh one. */
const MOST_PASSES = 2 * DECAY;

/**
 * The examples to learn from, in their order, where not all are believed: the n most believed that make the most of all
 * draws. With mean belief mu over them, what they are worth is
 *
 *     mu(n) D'(n),     D'(n) = n (1 + R* (1 - exp(-(draws/n - 1) / R*))),
 *
 * D' being what n examples are worth that are seen draws/n times each (Muennighoff et al. 2023, equation 5), and at most
 * the number of draws. None is drawn more than 2 R* times, unless all are; but for this, examples that are believed alike are
 * taken or left together.
 *
 * @returns undefined where all are taken
 */
export function pool(beliefs: Float64Array, draws: number): Int32Array | undefined {
  const fewest = Math.ceil(draws / MOST_PASSES);
  const order = Array.from(beliefs, (_, n) => n).sort((a, b) => beliefs[b] - beliefs[a] || a - b);
  let [best, taken, sum] = [Number.NEGATIVE_INFINITY, 0, 0];
  order.forEach((example, i) => {
    sum += beliefs[example];
    const n = i + 1;
    const among = n < order.length && beliefs[order[n]] === beliefs[example];
    if (n < order.length && (n < fewest || (n > fewest && among))) return;
    const value = (sum / n) * worth(n, draws);
    if (value < best) return;
    [best, taken] = [value, n];
  });
  return taken === order.length ? undefined : Int32Array.from(order.slice(0, taken)).sort();
}

/** D'. */
function worth(n: number, draws: number): number {
  return draws <= n ? draws : n * (1 + DECAY * (1 - Math.exp(-(draws / n - 1) / DECAY)));
}
