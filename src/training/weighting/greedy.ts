import { section } from "../../base/settings.js";
import { BatchPolicy } from "./batch-policy.js";
import { contribution, type Question } from "./online-policy.js";
import { distribution } from "./weighing.js";
import { weighting } from "./weighting.js";

/** Only what contributes now: every example of the batch with a positive contribution weighs the same, the rest nothing. */
export class Greedy extends BatchPolicy {
  readonly question: Question = { quantity: contribution, when: "before" };

  weigh(): Float64Array {
    return distribution(this.values.map((contribution) => Number(contribution > 0)));
  }
}

export const greedy = weighting({
  name: "greedy",
  about: "only the examples of the batch that contribute now",
  source: "DESIGN 2.8, a baseline",
  settings: section({}),
  create: () => new Greedy(),
});
