/** Far more than any row needs (see `findThreshold`); a row of a search needs 2 to 6. */
const MAX_NEWTON_STEPS = 100;

/** The row in float64, and those of its entries that may still turn out positive; used again by rows of one length. */
let workspace = { row: new Float64Array(0), candidates: new Float64Array(0) };

/**
 * Replaces `values`, in place, by the nearest point (Euclidean) of the simplex { v >= 0, sum v = 1 }.
 *
 * The nearest point is `max(values[i] - tau, 0)` with the one `tau` for which the entries sum to 1. It is found by
 * Newton's method on `sum_i max(values[i] - tau, 0) = 1` over a shrinking set of candidates: Michelot 1986, "A finite
 * algorithm for finding the projection of a point onto the canonical simplex of R^n", J. Optim. Theory Appl. 50, as in
 * Condat 2016, "Fast projection onto the simplex and the l1 ball", Math. Program. 158, section 2.
 *
 * `tau` is computed in float64 and the result is rounded to the array's type: it sums to 1 within N times the type's
 * epsilon, whatever the size of the values.
 *
 * @param values N >= 1 finite numbers, such as one row of the policy after a gradient step
 * @returns how many entries are zero now
 * @throws Error if an entry is NaN or infinite, naming its position; `values` is then as it was
 */
export function projectOntoSimplex(values: Float32Array | Float64Array): number {
  const size = values.length;
  if (workspace.row.length !== size) {
    workspace = { row: new Float64Array(size), candidates: new Float64Array(size) };
  }
  const { row, candidates } = workspace;
  row.set(values);
  const tau = findThreshold(row, candidates);

  let zeros = 0;
  for (let i = 0; i < size; i++) {
    const above = row[i] - tau;
    values[i] = 0.5 * (above + Math.abs(above));
    zeros += Number(above <= 0);
  }
  return zeros;
}

/**
 * The `tau` of `row`; moves the whole row (and so `tau`) by a constant where float64 could not hold `tau` otherwise.
 *
 * The sum over `values[i] > tau` is convex and falling in `tau`: a Newton step, from either side, ends left of the
 * solution, so an entry at or below it is certainly zero and need not be looked at again. With f the sum less 1 and c
 * the number of entries above tau, convexity gives `f'/f + c'/c <= 1` from one step to the next: f c falls to a quarter
 * or less each time. From N^2 at most to float64's precision these are log2(N) + 26 steps, whatever the row.
 */
function findThreshold(row: Float64Array, candidates: Float64Array): number {
  const size = row.length;
  // The first step is from tau = 0, near which the solution lies if a point of the simplex was moved a little.
  let largest = Number.NEGATIVE_INFINITY;
  let twice = 0;
  let count = 0;
  for (let i = 0; i < size; i++) {
    const value = row[i];
    if (value > largest) largest = value;
    twice += value + Math.abs(value);
    count += Number(value > 0);
  }
  if (!Number.isFinite(twice)) refuseNonFinite(row);
  let tau = (0.5 * twice - 1) / count;

  // Tau is in [largest - 1, largest). Where that is far from 0, the largest entry becomes the origin and -1 the start.
  if (count === 0 || largest > 1) {
    for (let i = 0; i < size; i++) row[i] = Math.max(row[i] - largest, -1);
    tau = -1;
    count = 0;
  }

  let from = row;
  let length = size;
  for (let step = 0; step < MAX_NEWTON_STEPS; step++) {
    const { kept, sum } = keepAbove(tau, from, length, candidates);
    tau += (sum - 1) / kept;
    if (kept === count) return tau;
    count = kept;
    // A sum below 1 means that rounding carried tau past the solution: entries dropped there may be needed after all.
    from = sum < 1 ? row : candidates;
    length = sum < 1 ? size : kept;
  }
  // Rounding alone is left: tau goes back and forth between two neighbouring numbers.
  return tau;
}

/**
 * Copies those of the first `length` entries of `from` that are above `tau` into `to` (which `from` may be).
 * Free of branches on the values, which the processor could not predict; two sums, for one would wait for itself.
 *
 * @returns how many they are, and the sum of `entry - tau` over them
 */
function keepAbove(tau: number, from: Float64Array, length: number, to: Float64Array): { kept: number; sum: number } {
  let kept = 0;
  let twiceEven = 0;
  let twiceOdd = 0;
  let i = 0;
  for (; i < length - 1; i += 2) {
    const even = from[i];
    const odd = from[i + 1];
    const evenAbove = even - tau;
    const oddAbove = odd - tau;
    to[kept] = even;
    kept += Number(evenAbove > 0);
    to[kept] = odd;
    kept += Number(oddAbove > 0);
    twiceEven += evenAbove + Math.abs(evenAbove);
    twiceOdd += oddAbove + Math.abs(oddAbove);
  }
  if (i < length) {
    const above = from[i] - tau;
    to[kept] = from[i];
    kept += Number(above > 0);
    twiceEven += above + Math.abs(above);
  }
  return { kept, sum: 0.5 * (twiceEven + twiceOdd) };
}

function refuseNonFinite(row: Float64Array): void {
  const position = row.findIndex((value) => !Number.isFinite(value));
  if (position >= 0) throw new Error(`entry ${position} of the row to project onto the simplex is ${row[position]}`);
}

/**
 * What keeps a row off the simplex, in words: "weight 3 is -0.1" or "its weights sum to 1.2"; undefined if it is on it.
 *
 * @param tolerance how far from 1 the sum may be
 */
export function simplexDefect(row: Float32Array | Float64Array, tolerance: number): string | undefined {
  let sum = 0;
  for (let i = 0; i < row.length; i++) {
    if (!(row[i] >= 0)) return `weight ${i} is ${row[i]}`;
    sum += row[i];
  }
  return Math.abs(sum - 1) <= tolerance ? undefined : `its weights sum to ${sum}`;
}
