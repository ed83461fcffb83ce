import type { Policy } from "../search/policy.js";

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
