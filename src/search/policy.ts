import { simplexDefect } from "./simplex.js";

/** How far from 1 the weights of a step may sum: float32 rounding of other programs, but no unnormalised weights. */
const SUM_TOLERANCE = 1e-4;

/** gamma of DESIGN 2.1: for every step a distribution over the training examples. */
export interface Policy {
  /** T */
  readonly steps: number;
  /** N */
  readonly examples: number;
  /** T x N: row t is gamma[t], not negative, of sum 1. */
  readonly weights: Float32Array;
}

/** Conventional learning: every example weighs 1/N at every step. */
export function uniformPolicy(steps: number, examples: number): Policy {
  return { steps, examples, weights: new Float32Array(steps * examples).fill(1 / examples) };
}

/** gamma[t], N weights: a view, through which the policy can be changed. */
export function policyRow(policy: Policy, step: number): Float32Array {
  return policy.weights.subarray(step * policy.examples, (step + 1) * policy.examples);
}

/** A copy of a policy, in the arrays of `into` where that is given: one of the same shape, which is not needed any more. */
export function copyPolicy(policy: Policy, into?: Policy): Policy {
  const weights = into?.weights ?? new Float32Array(policy.weights.length);
  weights.set(policy.weights);
  return { ...policy, weights };
}

/** What keeps a policy from being one, in words that name the first bad step; undefined if nothing does. */
export function policyDefect(policy: Policy): string | undefined {
  for (let step = 0; step < policy.steps; step++) {
    const defect = simplexDefect(policyRow(policy, step), SUM_TOLERANCE);
    if (defect !== undefined) return `step ${step} is not a distribution: ${defect}`;
  }
  return undefined;
}
