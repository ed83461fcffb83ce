import type { Observation, Quantity } from "./online-policy.js";

/** The values of the rows, scaled to sum 1; the uniform distribution where all are 0. They must not be negative. */
export function distribution(values: Float64Array): Float64Array {
  // By the largest first: sums of numbers near the end of the type's range, and of tiny ones, would not be finite or exact.
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  if (largest === 0) return new Float64Array(values.length).fill(1 / values.length);
  const total = values.reduce((sum, value) => sum + value / largest, 0);
  return values.map((value) => value / largest / total);
}

/** Throws Error that names the first example whose value is NaN or infinite. */
export function refuseNonFinite({ examples, values }: Observation, { inWords }: Quantity): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new Error(`the ${inWords} of training example ${examples[wrong]} is ${values[wrong]}`);
}

/** The mean of |values|, as a scale to measure them by: 0 only where all are, and finite where they are. */
export function meanMagnitude(values: Float64Array): number {
  const n = values.length;
  return values.reduce((sum, value) => sum + Math.abs(value) / n, 0);
}

/** The places 0 .. B - 1 of a whole batch. */
export function allPlaces(rows: Int32Array): Int32Array {
  return Int32Array.from(rows, (_, i) => i);
}

/** The distribution that gives the same to each of the rows with the `count` highest values, and nothing to the rest. */
export function keepHighest(values: Float64Array, count: number): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
  const weights = new Float64Array(values.length);
  for (const i of order.slice(0, count)) weights[i] = 1 / count;
  return weights;
}
