import { section } from "../../base/settings.js";
import { schedule, sinceWarmup } from "./schedule.js";

/** (1 - s(t)) / (1/2 + (1 - s(t)) / 2): above `linear` all the way, and steepest at its end. */
export const rex = schedule({
  name: "rex",
  about: "falls late, along a hyperbola, to 0",
  source: "Chen et al. 2021, REX: Revisiting Budgeted Training with an Improved Schedule, arXiv:2107.04197",
  settings: section({}),
  create: (_, span) => (t) => {
    const left = 1 - sinceWarmup(span, t);
    return left / (1 / 2 + left / 2);
  },
});
