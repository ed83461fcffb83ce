/** The types of theta and of all that is computed with it. */
export type FloatType = "float32" | "float64";

/** A flat array of either type: a theta, a gradient, losses, weights. */
export type Floats = Float32Array | Float64Array;

/** `length` zeros of the type. */
export function floats(dtype: FloatType, length: number): Floats {
  return dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
}

/** The type of an array's numbers. */
export function floatType(values: Floats): FloatType {
  return values instanceof Float64Array ? "float64" : "float32";
}

/** Summed in float64 in order. */
export function sum(values: Floats): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** The mean, summed in float64 in order; NaN of no values. */
export function mean(values: Floats): number {
  return sum(values) / values.length;
}

/** The largest value, of arrays of any length; -Infinity of no values. */
export function largest(values: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
}

/** The smallest value, of arrays of any length; Infinity of no values. */
export function smallest(values: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) least = Math.min(least, values[i]);
  return least;
}

/** |values|, the Euclidean norm. */
export function norm(values: Floats): number {
  return Math.sqrt(sumOfSquares(values));
}

/** The sum of the absolute values, and `norm`, in one pass. */
export function norms(values: Floats): { readonly l1: number; readonly l2: number } {
  let total = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    total += Math.abs(value);
    squares += value * value;
  }
  return { l1: total, l2: Math.sqrt(squares) };
}

/** The root of the mean of the squares. */
export function rootMeanSquare(values: Floats): number {
  return Math.sqrt(sumOfSquares(values) / values.length);
}

/** < a, b >, summed in float64 in order. */
export function dot(a: Floats, b: Floats): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Whether no value is NaN or infinite. Without a branch on the values, as it guards every step of learning. */
export function allFinite(values: Floats): boolean {
  let poison = 0;
  for (let i = 0; i < values.length; i++) poison += values[i] * 0;
  return poison === 0;
}

/** The sum of the squares. */
export function sumOfSquares(values: Floats): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i] * values[i];
  return squares;
}
