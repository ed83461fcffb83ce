import type { Observation, OnlinePolicy, PolicyState, Question } from "./online-policy.js";
import { allPlaces, distribution, refuseNonFinite } from "./weighing.js";

/** Only what contributes now: every example of the batch with a positive contribution weighs the same, the rest nothing. */
export class Greedy implements OnlinePolicy {
  readonly question: Question = { quantity: "contribution", when: "before" };
  private contributions: Float64Array = new Float64Array(0);

  asked(_: number, rows: Int32Array): Int32Array {
    return allPlaces(rows);
  }

  weigh(): Float64Array {
    return distribution(this.contributions.map((value) => Number(value > 0)));
  }

  observe(_: number, observation: Observation): void {
    refuseNonFinite(observation, "contribution");
    this.contributions = observation.values;
  }

  state(): PolicyState {
    return {};
  }

  restore(): void {}
}
