/** Features of a window; different n-grams that share one are rare enough. */
export const BUCKETS = 2 ** 16;

/**
 * The features of windows: the counts of their 1- and 2-grams of token ids, hashed to `BUCKETS` numbers, divided by the
 * window's tokens (Weinberger et al. 2009, without signs). Sparse: window n has the buckets `starts[n] .. starts[n + 1]`,
 * one for each n-gram, and each counts `1 / tokens[n]`.
 */
export interface NgramFeatures {
  readonly count: number;
  readonly starts: Int32Array;
  readonly buckets: Uint16Array;
  readonly tokens: Int32Array;
}

/** The features of windows of at least one id each, in their order. */
export function ngramFeatures(windows: readonly (readonly number[])[]): NgramFeatures {
  const starts = new Int32Array(windows.length + 1);
  for (const [n, window] of windows.entries()) starts[n + 1] = starts[n] + 2 * window.length - 1;
  const buckets = new Uint16Array(starts[windows.length]);
  let next = 0;
  for (const window of windows) {
    for (let i = 0; i < window.length; i++) {
      buckets[next++] = bucketOf(window[i], NONE);
      if (i > 0) buckets[next++] = bucketOf(window[i - 1], window[i]);
    }
  }
  return { count: windows.length, starts, buckets, tokens: Int32Array.from(windows, (window) => window.length) };
}

/** Stands in the place of a second token. */
const NONE = -1;

/** The upper bits of Wellons's integer hash `lowbias32` of both ids. */
function bucketOf(first: number, second: number): number {
  let hash = Math.imul(first + 1, 0x9e3779b1) + second + 1;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 16;
}

/** into[n] <- < x_n, weights > for every window. */
export function multiply({ count, starts, buckets, tokens }: NgramFeatures, weights: Float64Array, into: Float64Array) {
  for (let n = 0; n < count; n++) {
    let sum = 0;
    for (let i = starts[n]; i < starts[n + 1]; i++) sum += weights[buckets[i]];
    into[n] = sum / tokens[n];
  }
}

/** into <- sum_n values[n] x_n. */
export function multiplyTransposed(
  { count, starts, buckets, tokens }: NgramFeatures,
  values: Float64Array,
  into: Float64Array,
) {
  into.fill(0);
  for (let n = 0; n < count; n++) {
    const value = values[n] / tokens[n];
    for (let i = starts[n]; i < starts[n + 1]; i++) into[buckets[i]] += value;
  }
}
