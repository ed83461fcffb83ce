import { type Floats, sum } from "../base/floats.js";

/**
 * A step's part in the first-order optimality gap of a policy (Frank & Wolfe 1956; Jaggi 2013, equation 2), in nats:
 *
 *   gap = sum_t ( < gamma[t], dJ/dgamma[t] > - min_n dJ/dgamma[t][n] )  >=  < gamma - gamma', dJ >  for every policy gamma'
 *
 * It is 0 exactly where the conditions of optimality hold: at every step all examples with weight have the same, least
 * derivative, which is the learning law. Were J convex in gamma, no policy's area could be smaller than J - gap. It is not:
 * the gap bounds what J falls at first along any straight line, and says how far the law is from holding; that is all.
 *
 * @param weights gamma[t]
 * @param gradient dJ/dgamma[t]
 */
export function optimalityGap(weights: Floats, gradient: Floats): number {
  let mean = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < weights.length; n++) {
    mean += weights[n] * gradient[n];
    least = Math.min(least, gradient[n]);
  }
  // Rounding alone could make it negative, where the weights sum to a little less than 1.
  return Math.max(0, mean - least);
}

/** The shares of the gap that equal stretches of time have in it, in order; zeros where there is no gap. */
export function byStretch(gaps: Float64Array, stretches = 10): number[] {
  const total = sum(gaps);
  const shares = new Array<number>(Math.min(stretches, gaps.length)).fill(0);
  if (total > 0)
    gaps.forEach((gap, t) => {
      shares[Math.floor((t * shares.length) / gaps.length)] += gap / total;
    });
  return shares;
}
