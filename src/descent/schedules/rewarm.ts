import { section, share } from "../../base/settings.js";
import { schedule, sinceWarmup } from "./schedule.js";

/**
 * floor + (1 - floor) (1 + cos(pi s(t))) / 2: where a training ended at the rate floor * eta, one that goes on with other data
 * is warmed up to the peak again, from where its rate falls back to the floor.
 */
export const rewarm = schedule({
  name: "rewarm",
  about: "for a training that goes on with other data: warmed up anew, it falls along half a cosine to a floor",
  source:
    "Gupta et al. 2023, Continual Pre-Training of Large Language Models: How to (re)warm your model?, arXiv:2308.04014",
  settings: section({
    floor: share().default(0.1).describe("the share of the peak that it falls to"),
  }),
  create:
    ({ floor }, span) =>
    (t) =>
      floor + ((1 - floor) * (1 + Math.cos(Math.PI * sinceWarmup(span, t)))) / 2,
});
