import type { Observation, OnlinePolicy, PolicyState, Question } from "./online-policy.js";
import { allPlaces, refuseNonFinite } from "./weighing.js";

/** A policy that weighs every batch by what it is told of this batch, and remembers nothing. */
export abstract class BatchPolicy implements OnlinePolicy {
  abstract readonly question: Question;
  /** What it was told of the batch, a number for each row. */
  protected values: Float64Array = new Float64Array(0);

  asked(_: number, rows: Int32Array): Int32Array {
    return allPlaces(rows);
  }

  abstract weigh(step: number, rows: Int32Array): Float64Array;

  observe(_: number, observation: Observation): void {
    refuseNonFinite(observation, this.question.quantity);
    this.values = observation.values;
  }

  state(): PolicyState {
    return {};
  }

  restore(): void {}
}
