import { between, positive, section, share } from "../../base/settings.js";
import { schedule } from "./schedule.js";

/**
 * The power scheduler: the best rate of warm-up, stable, decay is proportional to the batch and to a power of the tokens, so
 * that the same settings serve any number of steps. With n tokens seen, in batches of beta sequences,
 *
 *   eta(n) = min(eta, beta a n^b)                                                  (equation 7)
 *
 * which the warm-up leads up to; over the last share `decay` of the steps, x of them done, it falls from where it is as
 * (e^(1 - x) - 1) / (e - 1) (equation 8, the decay as the authors' code has it).
 *
 * The published a is of billions of tokens: below n = (eta / (beta a))^(1/b) the rate is at its peak, and small models want
 * an a of their own.
 */
export const power = schedule({
  name: "power",
  about: "falls with a power of the tokens seen, in proportion to the batch, and at the end exponentially to 0",
  source:
    "Shen et al. 2024, Power Scheduler: A Batch Size and Token Number Agnostic Learning Rate Scheduler, arXiv:2408.13359, equations 7 and 8",
  settings: section({
    a: positive().default(4).describe("the rate of a batch of one sequence after one token"),
    b: between(-10, 0, "a number from -10 to 0").default(-0.51).describe("the exponent of the tokens seen"),
    decay: share().default(0.1).describe("the share of the steps, the last ones, in which the rate falls to 0"),
  }),
  create: ({ a, b, decay }, { steps, warmup, learningRate, batch, length }) => {
    const decaying = decay * steps;
    const stable = steps - decaying;
    const ofTokens = (n: number) => Math.min(1, (batch * a * n ** b) / learningRate);
    return (t) => {
      const seen = ofTokens(Math.max(warmup, Math.min(t + 1, stable)) * batch * length);
      return t < stable ? seen : (seen * Math.expm1((steps - t) / decaying)) / Math.expm1(1);
    };
  },
});
