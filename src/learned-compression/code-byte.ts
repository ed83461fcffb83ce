import { type BitCoder, inUnits } from "../compression/byte-model.js";

/**
 * Codes a byte by the probabilities of all 256, as 8 bits, the highest first: of each the probability of a 1 is the share of
 * the bytes that have it in what is left. Every byte has a code, whatever its probability: a bit has 1 / 65,536 at least.
 *
 * @param probabilities not negative; they need not sum to 1
 */
export function codeByte(coder: BitCoder, byte: number, probabilities: Float32Array): number {
  let [from, size] = [0, 256];
  while (size > 1) {
    size /= 2;
    const zero = total(probabilities, from, size);
    const one = total(probabilities, from + size, size);
    const p = zero + one > 0 ? one / (zero + one) : 0.5;
    if (coder.code((byte & size) === 0 ? 0 : 1, inUnits(p)) === 1) from += size;
  }
  return from;
}

/** In order, in float64: the same everywhere. */
function total(values: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i];
  return sum;
}
