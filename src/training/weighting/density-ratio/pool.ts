/** R*: repeating data more often than about so many times adds nothing (Muennighoff et al. 2023, arXiv:2305.16264, 5.2). */
const HALF_LIFE = 15.39;

/**
 * The examples to learn from, in their order, where not all are believed: the n most believed that make the most of all
 * draws. With mean belief mu over them, what they are worth is
 *
 *     mu(n) D'(n),     D'(n) = n (1 + R* (1 - exp(-(draws/n - 1) / R*))),
 *
 * D' being what n examples are worth that are seen draws/n times each (Muennighoff et al. 2023, equation 5), and at most
 * the number of draws. Examples that are believed alike are taken or left together.
 *
 * @returns undefined where all are taken
 */
export function pool(beliefs: Float64Array, draws: number): Int32Array | undefined {
  const order = Array.from(beliefs, (_, n) => n).sort((a, b) => beliefs[b] - beliefs[a] || a - b);
  let [best, taken, sum] = [Number.NEGATIVE_INFINITY, 0, 0];
  order.forEach((example, i) => {
    sum += beliefs[example];
    const n = i + 1;
    if (n < order.length && beliefs[order[n]] === beliefs[example]) return;
    const value = (sum / n) * worth(n, draws);
    if (value < best) return;
    [best, taken] = [value, n];
  });
  return taken === order.length ? undefined : Int32Array.from(order.slice(0, taken)).sort();
}

/** D'. */
function worth(n: number, draws: number): number {
  return draws <= n ? draws : n * (1 + HALF_LIFE * (1 - Math.exp(-(draws / n - 1) / HALF_LIFE)));
}
