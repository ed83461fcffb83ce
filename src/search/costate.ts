import { InputError } from "../base/errors.js";
import { allFinite, type Floats, type FloatType, floats } from "../base/floats.js";
import type { Passes } from "../passes/passes.js";
import type { Trajectory } from "./trajectory.js";

export interface CostateProblem {
  readonly train: Passes;
  readonly desired: Passes;
  /** T. */
  readonly steps: number;
  /** eta[t]. */
  readonly rate: (t: number) => number;
  /** gamma[t], N numbers. */
  readonly weights: (t: number) => Floats;
  readonly trajectory: Trajectory;
  readonly dtype: FloatType;
}

/**
 * The exact gradient of the area J = (1/T) sum_{t=1..T} L(theta[t]) with respect to the policy, by the costate that runs
 * backward (DESIGN 2.3; Gu et al. 2024, equation 22):
 *
 *   lambda[T]       = (1/T) grad L(theta[T])
 *   dJ/dgamma[t][n] = - eta[t] <lambda[t+1], grad l_n(theta[t])>
 *   lambda[t]       = (1/T) grad L(theta[t]) + lambda[t+1] - eta[t] H[t] lambda[t+1]
 *
 * `receive` gets dJ/dgamma[t] (N numbers in an array that is used again) for t = T-1 down to 0; from then on it may
 * change gamma[t]. Returns J in nats.
 */
export async function areaGradient(
  { train, desired, steps: T, rate: rateAt, weights, trajectory, dtype }: CostateProblem,
  receive: (t: number, gradient: Floats) => void | Promise<void>,
): Promise<number> {
  let theta = await trajectory.at(T);
  const P = theta.length;
  const lambda = floats(dtype, P);
  const desiredGradient = floats(dtype, P);
  const product = floats(dtype, P);
  const contributions = floats(dtype, train.count);

  let area = (await desired.meanLossGradient(theta, desiredGradient)) / T;
  for (let i = 0; i < P; i++) lambda[i] = desiredGradient[i] / T;

  for (let t = T - 1; t >= 0; t--) {
    theta = await trajectory.at(t);
    const rate = rateAt(t);
    // J does not hold L(theta[0]): at the first step only the contributions are wanted.
    if (t === 0) await train.tangent(theta, lambda, contributions);
    else {
      await train.costate(theta, lambda, weights(t), contributions, product);
      area += (await desired.meanLossGradient(theta, desiredGradient)) / T;
      for (let i = 0; i < P; i++) lambda[i] += desiredGradient[i] / T - rate * product[i];
    }
    for (let n = 0; n < contributions.length; n++) contributions[n] *= -rate;
    if (!allFinite(contributions))
      throw new InputError(
        `the search diverged: the gradient of the area is not finite at step ${t + 1} of ${T}; lower learning.learningRate`,
      );
    await receive(t, contributions);
  }
  return area;
}
