import type { ScalingLaw } from "./scaling-law.js";

/**
 * How much better a policy's scaling law is than that of conventional learning, as shares (0.966 is the published
 * 96.6%): the fall of B, `1 - B2 / B1`, and the rise of beta, `beta2 / beta1 - 1` (Gu et al. 2024, section 4.6). Both
 * laws should have the same L0 (`fitScalingLaws`).
 */
export function improvement(law: ScalingLaw, conventional: ScalingLaw): { B: number; beta: number } {
  return { B: 1 - law.B / conventional.B, beta: law.beta / conventional.beta - 1 };
}

/**
 * The acceleration that two scaling laws with the same L0 predict at step T of conventional learning: T over the step
 * at which the policy reaches the loss that conventional learning has then, `B1^(beta1/beta2) / B2 * T^(1 -
 * beta1/beta2)` with 1 the conventional law (Gu et al. 2024, equation 9).
 */
export function predictedAcceleration(law: ScalingLaw, conventional: ScalingLaw, T: number): number {
  const ratio = conventional.beta / law.beta;
  return (conventional.B ** ratio / law.B) * T ** (1 - ratio);
}
