/** gamma: a distribution over the N training examples for each of T steps. Row t of the weights is gamma[t]. */
export interface Policy {
  readonly steps: number;
  readonly examples: number;
  /** T x N. */
  readonly weights: Float32Array;
}

/** Conventional learning: gamma[t][n] = 1/N. */
export function uniformPolicy(steps: number, examples: number): Policy {
  return { steps, examples, weights: new Float32Array(steps * examples).fill(1 / examples) };
}

/** gamma[t], a view. */
export function policyRow({ examples, weights }: Policy, t: number): Float32Array {
  return weights.subarray(t * examples, (t + 1) * examples);
}
