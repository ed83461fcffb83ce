import { z } from "zod";
import { between, section, share } from "../../base/settings.js";
import { schedule } from "./schedule.js";

/** factor^k, k being how many of the drops are at step t or before it. */
export const step = schedule({
  name: "step",
  about: "drops by a factor at some steps, and is constant between them",
  source: "He et al. 2016, Deep Residual Learning for Image Recognition, arXiv:1512.03385, section 4.2",
  settings: section({
    factor: between(1e-12, 1, "a number from 1e-12 to 1").default(0.1).describe("what a drop multiplies the rate by"),
    at: z
      .array(share(), "a list of numbers from 0 to 1")
      .max(20, "a list of at most 20 numbers")
      .default([0.5, 0.75])
      .describe("when it drops, in shares of the steps"),
  }),
  create: ({ factor, at }, { steps }) => {
    const drops = at.map((share) => Math.round(share * steps));
    return (t) => factor ** drops.filter((drop) => drop <= t).length;
  },
});
