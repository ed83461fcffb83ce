import { section } from "../../base/settings.js";
import { BatchPolicy } from "./batch-policy.js";
import { loss, type Question } from "./online-policy.js";
import { keepHighest } from "./weighing.js";
import { weighting } from "./weighting.js";

/**
 * Loss-based selection, a baseline: learns from the half of each batch with the highest losses (Kawaguchi & Lu 2020,
 * "Ordered SGD", arXiv:1907.04371, algorithm 1 with q = B/2; in the same spirit Jiang et al. 2019, "Accelerating deep
 * learning by focusing on the biggest losers", arXiv:1910.00762).
 */
export class HighestLoss extends BatchPolicy {
  readonly question: Question = { quantity: loss, when: "before" };

  weigh(): Float64Array {
    return keepHighest(this.values, Math.ceil(this.values.length / 2));
  }
}

export const highestLoss = weighting({
  name: "highest-loss",
  about: "the half of the batch with the highest losses (Kawaguchi & Lu 2020)",
  source: "Kawaguchi & Lu 2020, Ordered SGD, arXiv:1907.04371, algorithm 1",
  settings: section({}),
  create: () => new HighestLoss(),
});
