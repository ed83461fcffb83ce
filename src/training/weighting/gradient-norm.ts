import { createRandom } from "../../base/random.js";
import { BatchPolicy } from "./batch-policy.js";
import type { PolicyFacts, Question } from "./online-policy.js";
import { distribution } from "./weighing.js";

/**
 * Importance sampling by gradient norm, a baseline: draws B/2 examples of each batch, with replacement, with probabilities
 * p_i that go with an upper bound of the norm of their gradients, and weighs each draw by 1 / p_i, so that the gradient
 * stays that of the batch in expectation and varies less (Katharopoulos & Fleuret 2018, "Not all samples are created
 * equal", arXiv:1803.00942, equations 6, 8 and 16). The weights are then scaled to sum 1.
 */
export class GradientNorm extends BatchPolicy {
  readonly question: Question = { quantity: "outputGradientNorm", when: "before" };

  constructor(private readonly facts: PolicyFacts) {
    super();
  }

  weigh(step: number): Float64Array {
    const p = distribution(this.values);
    const random = createRandom(this.facts.seed, `gradient norms of step ${step}`);
    const weights = new Float64Array(p.length);
    let sum = 0;
    const cumulative = p.map((probability) => {
      sum += probability;
      return sum;
    });
    for (let draw = 0; draw < Math.ceil(p.length / 2); draw++) {
      const i = drawFrom(cumulative, random.uniform());
      weights[i] += 1 / p[i];
    }
    return distribution(weights);
  }
}

/** The i with P_{i - 1} <= u P_{B - 1} < P_i, given the cumulative sums P of the probabilities. */
function drawFrom(cumulative: Float64Array, u: number): number {
  const target = u * cumulative[cumulative.length - 1];
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle] > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
