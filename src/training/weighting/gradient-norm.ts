import { createRandom } from "../../base/random.js";
import { section } from "../../base/settings.js";
import { grad } from "../../graph/autodiff.js";
import { mul, neg, sqrt } from "../../graph/elementwise.js";
import { sum } from "../../graph/reductions.js";
import { exampleLosses } from "../../losses/loss.js";
import type { Pass } from "../../passes/pass.js";
import { BatchPolicy } from "./batch-policy.js";
import type { PolicyFacts, Quantity, Question } from "./online-policy.js";
import { distribution } from "./weighing.js";
import { weighting } from "./weighting.js";

/**
 * | d l_n / d logits |, [B]: what the norm of an example's gradient is bounded by, up to a factor (Katharopoulos & Fleuret
 * 2018, equation 16). The loss is built on the logits alone, so that its derivative with respect to them is whole.
 */
export const outputGradientNormsPass: Pass = {
  name: "outputGradientNorms",
  results({ prediction, loss }) {
    // By a node of its own, for reshapes lead past that of the logits; its derivative has the opposite sign.
    const opposite = neg(prediction.logits);
    const alone = { ...prediction, logits: neg(opposite), targetLogits: undefined };
    const [derivative] = grad(sum(exampleLosses(loss.perToken(alone), prediction)), [opposite]);
    const axes = opposite.shape.map((_, axis) => axis).slice(1);
    return { norms: sqrt(sum(mul(derivative, derivative), axes)) };
  },
};

/** The norm of the derivative of an example's loss with respect to all of its logits. */
export const outputGradientNorm: Quantity = {
  inWords: "gradient norm",
  measured: { pass: outputGradientNormsPass, result: "norms" },
};

/**
 * Importance sampling by gradient norm, a baseline: draws B/2 examples of each batch, with replacement, with probabilities
 * p_i that go with an upper bound of the norm of their gradients, and weighs each draw by 1 / p_i, so that the gradient
 * stays that of the batch in expectation and varies less (Katharopoulos & Fleuret 2018, "Not all samples are created
 * equal", arXiv:1803.00942, equations 6, 8 and 16). The weights are then scaled to sum 1.
 */
export class GradientNorm extends BatchPolicy {
  readonly question: Question = { quantity: outputGradientNorm, when: "before" };

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

export const gradientNorm = weighting({
  name: "gradient-norm",
  about: "importance sampling by the norm of the gradient (Katharopoulos & Fleuret 2018)",
  source: "Katharopoulos & Fleuret 2018, Not all samples are created equal, arXiv:1803.00942, equations 6, 8 and 16",
  settings: section({}),
  create: (_, facts) => new GradientNorm(facts),
});
