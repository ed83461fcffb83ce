import { type Policy, policyRow } from "../search/policy.js";

/** The weight and the contribution of one example over time, at `steps`. Weights are relative to the uniform 1/N. */
export interface WeightDynamics {
  readonly id: number;
  readonly weights: readonly number[];
  readonly contributions: readonly number[];
}

const EXAMPLES = 24;
const STEPS = 200;

/** Follows the weights of some examples through a learning process (Gu et al. 2024, figure 10). */
export class WeightDynamicsSample {
  /** The steps at which the examples are looked at: at most 200, evenly spaced. */
  readonly steps: readonly number[];
  private readonly dynamics: { id: number; weights: number[]; contributions: number[] }[];

  /** Samples 24 examples from the least to the most weighted, evenly by their rank. */
  constructor(policy: Policy) {
    const total = totalWeights(policy);
    const ranked = Array.from(total.keys()).sort((a, b) => total[a] - total[b] || a - b);
    const sampled = new Set(evenly(policy.examples, EXAMPLES).map((rank) => ranked[rank]));
    this.dynamics = Array.from(sampled, (id) => ({ id, weights: [], contributions: [] }));
    this.steps = evenly(policy.steps, STEPS);
  }

  /** Takes gamma[t] and CT[t]. */
  add(t: number, weights: ArrayLike<number>, contributions: ArrayLike<number>): void {
    if (this.steps[this.dynamics[0].weights.length] !== t) return;
    for (const example of this.dynamics) {
      example.weights.push(weights[example.id] * weights.length);
      example.contributions.push(contributions[example.id]);
    }
  }

  /** The sampled examples, from the least to the most weighted. */
  result(): readonly WeightDynamics[] {
    return this.dynamics;
  }
}

/** Every example's weight summed over the steps, relative to the uniform policy's: 1 is an ordinary example. */
export function totalWeights(policy: Policy): Float64Array {
  const { steps, examples } = policy;
  const total = new Float64Array(examples);
  for (let t = 0; t < steps; t++) {
    const row = policyRow(policy, t);
    for (let n = 0; n < examples; n++) total[n] += row[n];
  }
  return total.map((sum) => (sum * examples) / steps);
}

/** At most `count` whole numbers from 0 to `length` - 1, evenly spaced, both ends among them. */
function evenly(length: number, count: number): number[] {
  const most = Math.min(length, count);
  return Array.from({ length: most }, (_, i) => (most === 1 ? 0 : Math.round((i * (length - 1)) / (most - 1))));
}
