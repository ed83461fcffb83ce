import type { Floats } from "../../base/floats.js";
import { section } from "../../base/settings.js";
import { BatchPolicy } from "./batch-policy.js";
import { irreducibleLosses } from "./irreducible-losses.js";
import { loss, type Question } from "./online-policy.js";
import type { PreparationOptions } from "./preparation.js";
import { keepHighest } from "./weighing.js";
import { type WeightingFacts, weighting } from "./weighting.js";

/**
 * Reducible holdout loss, a baseline: learns from the half of each batch whose loss is highest above its irreducible loss,
 * that of a model trained on held-out text (Mindermann et al. 2022, "Prioritized training on points that are learnable,
 * worth learning, and not yet learnt", arXiv:2206.07137, equation 3 and algorithm 1). The desired set is the held-out text.
 */
export class ReducibleLoss extends BatchPolicy {
  readonly question: Question = { quantity: loss, when: "before" };

  /** @param irreducible N losses in nats (irreducible-losses.ts), where they are known already */
  constructor(
    private readonly facts: Pick<WeightingFacts, "problem" | "settings">,
    private irreducible?: Floats,
  ) {
    super();
  }

  async prepare(options: PreparationOptions): Promise<number> {
    const { losses, work } = await irreducibleLosses(this.facts.problem, this.facts.settings, options);
    this.irreducible = losses;
    return work;
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    const { irreducible } = this;
    if (irreducible === undefined) throw new Error("prepare must come first");
    const reducible = this.values.map((loss, i) => loss - irreducible[rows[i]]);
    return keepHighest(reducible, Math.ceil(rows.length / 2));
  }
}

export const reducibleLoss = weighting({
  name: "reducible-loss",
  about: "the half with the highest loss above a model of the desired text (RHO, Mindermann et al. 2022)",
  source: "Mindermann et al. 2022, arXiv:2206.07137, equation 3 and algorithm 1",
  settings: section({}),
  create: (_, facts) => new ReducibleLoss(facts),
});
