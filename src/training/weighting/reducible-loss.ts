import type { Floats } from "../../passes/passes.js";
import { BatchPolicy } from "./batch-policy.js";
import type { Question } from "./online-policy.js";
import { keepHighest } from "./weighing.js";

/**
 * Reducible holdout loss, a baseline: learns from the half of each batch whose loss is highest above its irreducible loss,
 * that of a model trained on held-out text (Mindermann et al. 2022, "Prioritized training on points that are learnable,
 * worth learning, and not yet learnt", arXiv:2206.07137, equation 3 and algorithm 1). The desired set is the held-out text.
 */
export class ReducibleLoss extends BatchPolicy {
  readonly question: Question = { quantity: "loss", when: "before" };

  /** @param irreducible N losses in nats (irreducible-losses.ts) */
  constructor(private readonly irreducible: Floats) {
    super();
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    const reducible = this.values.map((loss, i) => loss - this.irreducible[rows[i]]);
    return keepHighest(reducible, Math.ceil(rows.length / 2));
  }
}
