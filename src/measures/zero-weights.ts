import type { Policy } from "../search/policy.js";
import type { StepMeasurements } from "./measure-learning.js";

/** Counts the zero weights of a policy, and those of them on perturbed examples. */
export function zeroWeights({ weights }: Policy, perturbed: readonly boolean[]): { all: number; perturbed: number } {
  const zeros = { all: 0, perturbed: 0 };
  for (let row = 0; row < weights.length; row += perturbed.length) {
    for (let n = 0; n < perturbed.length; n++) {
      if (weights[row + n] !== 0) continue;
      zeros.all++;
      if (perturbed[n]) zeros.perturbed++;
    }
  }
  return zeros;
}

/**
 * Of all (t, n) whose contribution CT[t][n] is not positive, the share with zero weight: by the learning law it tends to 1
 * (DESIGN 2.5; Gu et al. 2024, figure 8). Null where every contribution is positive.
 */
export function nonPositiveZeroShare(
  steps: readonly Pick<StepMeasurements, "nonPositive" | "nonPositiveZero">[],
): number | null {
  const all = steps.reduce((total, { nonPositive }) => total + nonPositive, 0);
  const zero = steps.reduce((total, { nonPositiveZero }) => total + nonPositiveZero, 0);
  return all > 0 ? zero / all : null;
}
