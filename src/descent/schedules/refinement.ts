import { InputError } from "../../base/errors.js";
import { largest } from "../../base/floats.js";

/** In which norm gradients are measured. */
export type Norm = "l1" | "l2";

/** The norms of a training's gradients, before any clipping, one for every step. */
export interface GradientNorms extends Readonly<Record<Norm, ArrayLike<number>>> {
  /** The one that suits the optimizer; undefined where that is not known. */
  readonly norm?: Norm;
}

/**
 * A schedule refined by the gradient norms of a training (Defazio et al. 2023, arXiv:2310.07831, section 3): with G[t] the
 * norms, smoothed,
 *
 *   eta[t] ~ w[t] sum_{p > t} w[p],     w = 1 / G^2 of l2 norms (SGD),     w = 1 / G of l1 norms (Adam)
 *
 * Where all norms are alike that is the linear decay to 0; small gradients are given a larger rate, as are early ones.
 *
 * @param smoothing tau, the share of the steps over which `smoothed` takes a median
 * @returns shares of the peak, the largest 1 and the last 0
 * @throws InputError for less than two norms, one that is not finite, and gradients that vanish
 */
export function refine(norms: ArrayLike<number>, norm: Norm, smoothing: number): Float64Array {
  if (norms.length < 2) throw new InputError("a schedule is refined by the gradient norms of two steps or more");
  const strange = Array.from(norms).findIndex((length) => !(length >= 0 && length < Number.POSITIVE_INFINITY));
  if (strange >= 0)
    throw new InputError(`the gradient norm of step ${strange + 1} is ${norms[strange]}, and must be finite`);
  const weights = smoothed(norms, smoothing).map((length) => 1 / (norm === "l2" ? length ** 2 : length));
  const vanished = weights.indexOf(Number.POSITIVE_INFINITY);
  if (vanished >= 0)
    throw new InputError(
      `the gradients vanish about step ${vanished + 1} of ${norms.length}, and a schedule is refined by the inverse of their norms`,
    );
  const rates = new Float64Array(norms.length);
  let after = 0;
  for (let t = norms.length - 1; t >= 0; t--) {
    rates[t] = weights[t] * after;
    after += weights[t];
  }
  const most = largest(rates);
  return rates.map((rate) => rate / most);
}

/**
 * The running median over 2 floor(tau T / 2) + 1 values. Before the first value stands the first, as often as it takes;
 * after the last they go back again, the last one not repeated.
 */
export function smoothed(values: ArrayLike<number>, share: number): Float64Array {
  const half = Math.floor((share * values.length) / 2);
  const last = values.length - 1;
  const at = (t: number) => values[t < 0 ? 0 : t > last ? 2 * last - t : t];
  const sorted = Float64Array.from({ length: 2 * half + 1 }, (_, i) => at(i - half)).sort();
  return Float64Array.from({ length: values.length }, (_, t) => {
    if (t > 0) replace(sorted, at(t - 1 - half), at(t + half));
    return sorted[half];
  });
}

/** Puts a value into a sorted array in the place of another, in order. */
function replace(sorted: Float64Array, old: number, value: number): void {
  const from = firstNotBelow(sorted, old);
  const place = firstNotBelow(sorted, value);
  if (place > from) {
    sorted.copyWithin(from, from + 1, place);
    sorted[place - 1] = value;
  } else {
    sorted.copyWithin(place + 1, place, from);
    sorted[place] = value;
  }
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
