import { section } from "../../base/settings.js";
import { schedule, sinceWarmup } from "./schedule.js";

/** 1 - s(t): what would be 0 is step T, which is not taken. */
export const linear = schedule({
  name: "linear",
  about: "falls by equal steps to 0",
  source:
    "Defazio et al. 2023, When, Why and How Much? Adaptive Learning Rate Scheduling by Refinement, arXiv:2310.07831",
  settings: section({}),
  create: (_, span) => (t) => 1 - sinceWarmup(span, t),
});
