import { between, section } from "../../base/settings.js";
import { schedule, sinceWarmup } from "./schedule.js";

/** final^s(t): the same factor from each step to the next. */
export const exponential = schedule({
  name: "exponential",
  about: "falls by the same factor in every step",
  source:
    "Senior et al. 2013, An Empirical Study of Learning Rates in Deep Neural Networks for Speech Recognition (exponential scheduling)",
  settings: section({
    final: between(1e-12, 1, "a number from 1e-12 to 1")
      .default(0.01)
      .describe("the share of the peak that it has come to in step T"),
  }),
  create:
    ({ final }, span) =>
    (t) =>
      final ** sinceWarmup(span, t),
});
