import type { Floats } from "../passes.js";
import type { Observation, OnlinePolicy, PolicyState, Question } from "./online-policy.js";
import { allPlaces, keepHighest, refuseNonFinite } from "./weighing.js";

/**
 * Reducible holdout loss, a baseline: learns from the half of each batch whose loss is highest above its irreducible loss,
 * that of a model trained on held-out text (Mindermann et al. 2022, "Prioritized training on points that are learnable,
 * worth learning, and not yet learnt", arXiv:2206.07137, equation 3 and algorithm 1). The desired set is the held-out text.
 */
export class ReducibleLoss implements OnlinePolicy {
  readonly question: Question = { quantity: "loss", when: "before" };
  private reducible: Float64Array = new Float64Array(0);

  /** @param irreducible N losses in nats (irreducible-losses.ts) */
  constructor(private readonly irreducible: Floats) {}

  asked(_: number, rows: Int32Array): Int32Array {
    return allPlaces(rows);
  }

  weigh(): Float64Array {
    return keepHighest(this.reducible, Math.ceil(this.reducible.length / 2));
  }

  observe(_: number, observation: Observation): void {
    refuseNonFinite(observation, "loss");
    this.reducible = observation.values.map((loss, i) => loss - this.irreducible[observation.examples[i]]);
  }

  state(): PolicyState {
    return {};
  }

  restore(): void {}
}
