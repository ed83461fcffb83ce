import { sampleCorrelation } from "simple-statistics";
import type { Random } from "../base/random.js";

/** Which residual, with which sign, each step of a replicate gets. Steps before the first stay as they are. */
interface Redraw {
  source: Int32Array;
  sign: Int8Array;
}

/**
 * How many neighbouring residuals to keep together so that they stay as correlated as they are:
 * `1.1447 (alpha n)^(1/3)` with `alpha = 4 rho^2 / (1 - rho^2)^2` and rho the correlation of neighbours. This is
 * Andrews 1991, "Heteroskedasticity and Autocorrelation Consistent Covariance Matrix Estimation", Econometrica 59,
 * equations 6.2 and 6.4 for the Bartlett kernel, whose variance is that of a block bootstrap (Kuensch 1989). At most a
 * fifth of the residuals, for a bootstrap from fewer blocks would repeat itself.
 */
export function blockLength(residuals: Float64Array): number {
  const n = residuals.length;
  const rho = sampleCorrelation(Array.from(residuals.subarray(0, -1)), Array.from(residuals.subarray(1)));
  // Residuals that are all the same have no correlation, and nothing to keep together.
  if (Number.isNaN(rho)) return 1;
  const alpha = (2 * rho) ** 2 / (1 - rho ** 2) ** 2;
  return Math.max(1, Math.min(Math.ceil(1.1447 * (alpha * n) ** (1 / 3)), Math.floor(n / 5)));
}

/**
 * Draws new noise for the steps `first` .. `end` - 1 (counted from 0) of a loss curve: each block of steps gets the
 * residuals of a block that starts between half and twice its own step, with a random sign. The neighbourhood keeps
 * noise that grows or falls along the curve where it is (local block bootstrap, Paparoditis and Politis 2002); the sign
 * gives the first steps, which have few neighbours, noise of mean 0.
 */
export function redrawBlocks(first: number, end: number, length: number, random: Random): Redraw {
  const source = Int32Array.from({ length: end }, (_, step) => step);
  const sign = new Int8Array(end).fill(1);
  for (let start = first; start < end; start += length) {
    const earliest = Math.min(Math.max(Math.floor(start / 2), first), end - length);
    const latest = Math.min(2 * start + 1, end - length);
    const from = earliest + random.integer(latest - earliest + 1);
    const stop = Math.min(start + length, end);
    for (let step = start; step < stop; step++) source[step] = from + step - start;
    sign.fill(random.uniform() < 0.5 ? -1 : 1, start, stop);
  }
  return { source, sign };
}
