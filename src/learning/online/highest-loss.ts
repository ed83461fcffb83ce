import type { Observation, OnlinePolicy, PolicyState, Question } from "./online-policy.js";
import { allPlaces, keepHighest, refuseNonFinite } from "./weighing.js";

/**
 * Loss-based selection, a baseline: learns from the half of each batch with the highest losses (Kawaguchi & Lu 2020,
 * "Ordered SGD", arXiv:1907.04371, algorithm 1 with q = B/2; in the same spirit Jiang et al. 2019, "Accelerating deep
 * learning by focusing on the biggest losers", arXiv:1910.00762).
 */
export class HighestLoss implements OnlinePolicy {
  readonly question: Question = { quantity: "loss", when: "before" };
  private losses: Float64Array = new Float64Array(0);

  asked(_: number, rows: Int32Array): Int32Array {
    return allPlaces(rows);
  }

  weigh(): Float64Array {
    return keepHighest(this.losses, Math.ceil(this.losses.length / 2));
  }

  observe(_: number, observation: Observation): void {
    refuseNonFinite(observation, "loss");
    this.losses = observation.values;
  }

  state(): PolicyState {
    return {};
  }

  restore(): void {}
}
