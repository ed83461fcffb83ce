import { InputError } from "../base/errors.js";
import { largest } from "../base/floats.js";
import type { LossCurve } from "./readers/loss-curve.js";

/**
 * The learning rate in every step 1 .. T of a curve (at index t - 1), on straight lines between those that were logged. The
 * warm-up, all before the rate is first at its peak, counts as if it were there (Tissue et al. 2024, section 3).
 *
 * @throws InputError if no rate was logged, one is below 0, or all are 0
 */
export function stepRates({ name, rates, points }: Pick<LossCurve, "name" | "rates" | "points">): Float64Array {
  if (rates.length === 0) throw new InputError(`${name} has no learning rates; name their column with --lr`);
  const negative = rates.find(({ rate }) => rate < 0);
  if (negative !== undefined)
    throw new InputError(
      `${name} has a learning rate of ${negative.rate} at step ${negative.step}; it must be 0 or more`,
    );
  const T = Math.max(points[points.length - 1]?.step ?? 0, rates[rates.length - 1].step);
  const peak = largest(rates.map(({ rate }) => rate));
  if (peak === 0) throw new InputError(`${name} has learning rates of 0 alone; nothing can be learned under it`);
  const warm = rates.find(({ rate }) => rate >= 0.999 * peak)!.step;
  const eta = new Float64Array(T);
  for (let t = 1, i = 0; t <= T; t++) {
    while (i < rates.length && rates[i].step < t) i++;
    const [from, to] = [rates[Math.max(0, i - 1)], rates[Math.min(i, rates.length - 1)]];
    const part = to.step === from.step ? 0 : (t - from.step) / (to.step - from.step);
    eta[t - 1] = t <= warm ? peak : from.rate + part * (to.rate - from.rate);
  }
  return eta;
}

/** Sums of the learning rate after every step 1 .. T (at index t - 1). */
export interface RateSums {
  /** The sum of all rates so far. */
  readonly S1: Float64Array;
  /** The annealing so far: S2 = sum_{i <= s} m_i, m_i = lambda m_{i-1} + eta_{i-1} - eta_i. */
  readonly S2: Float64Array;
}

/** The sums by which the annealing law goes (Tissue et al. 2024, equation 1). */
export function rateSums(eta: Float64Array, lambda: number): RateSums {
  const [S1, S2] = [new Float64Array(eta.length), new Float64Array(eta.length)];
  for (let i = 0, momentum = 0, first = 0, second = 0; i < eta.length; i++) {
    momentum = lambda * momentum + (i === 0 ? 0 : eta[i - 1] - eta[i]);
    S1[i] = first += eta[i];
    S2[i] = second += momentum;
  }
  return { S1, S2 };
}
