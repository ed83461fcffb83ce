/*
 * The logistic function and its inverse, in tables. A decoder must compute the very numbers of its encoder, on whatever
 * machine: addition, multiplication and division of doubles are the same everywhere (IEEE 754), Math.exp and Math.log are
 * not. So the tables are made from those three alone.
 */

/** Where the logistic function is cut off: a bit of probability e^-12 costs 17 bits. */
const LARGEST = 12;
/** Points of the table of `squash` per unit. */
const STEPS = 64;
/** Points of the table of `stretch`. */
export const STRETCH_SIZE = 4096;

const squashes = squashTable();

/** Probabilities (i + 1/2) / 4096 as logits: ln( p / (1 - p) ). */
export const stretches = stretchTable();

/** 1 / (1 + e^-x), by linear interpolation; off by 3e-6 at most, and beyond +-12 as at +-12. */
export function squash(x: number): number {
  const at = (x > LARGEST ? LARGEST : x < -LARGEST ? -LARGEST : x) * STEPS + LARGEST * STEPS;
  const below = at | 0;
  return squashes[below] + (squashes[below + 1] - squashes[below]) * (at - below);
}

/** The logit of a probability, to the nearest point of its table. */
export function stretch(p: number): number {
  return stretches[(p * STRETCH_SIZE) | 0];
}

function squashTable(): Float64Array {
  // e^(1/64) by its series, and its powers.
  let step = 0;
  for (let n = 12, term = 0; n >= 0; n--) step = term = 1 + (term / (n + 1)) * (1 / STEPS);
  const half = LARGEST * STEPS;
  const table = new Float64Array(2 * half + 2);
  for (let i = 0, power = 1; i <= half; i++, power *= step) {
    table[half + i] = power / (1 + power);
    table[half - i] = 1 / (1 + power);
  }
  table[2 * half + 1] = table[2 * half];
  return table;
}

function stretchTable(): Float64Array {
  const table = new Float64Array(STRETCH_SIZE);
  for (let i = 0; i < STRETCH_SIZE; i++) table[i] = ln((i + 0.5) / (STRETCH_SIZE - i - 0.5));
  return table;
}

/** The natural logarithm: ln(x) = k ln 2 + 2 artanh( (m - 1) / (m + 1) ) with x = 2^k m. */
function ln(x: number): number {
  let [k, m] = [0, x];
  for (; m > 1.5; k++) m /= 2;
  for (; m < 0.75; k--) m *= 2;
  const z = (m - 1) / (m + 1);
  let sum = 0;
  for (let n = 41; n > 0; n -= 2) sum = sum * z * z + 1 / n;
  return k * Math.LN2 + 2 * z * sum;
}
