import { BatchPolicy } from "./batch-policy.js";
import type { Question } from "./online-policy.js";
import { distribution } from "./weighing.js";

/** Only what contributes now: every example of the batch with a positive contribution weighs the same, the rest nothing. */
export class Greedy extends BatchPolicy {
  readonly question: Question = { quantity: "contribution", when: "before" };

  weigh(): Float64Array {
    return distribution(this.values.map((contribution) => Number(contribution > 0)));
  }
}
