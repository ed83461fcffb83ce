import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { section, share, text } from "../../base/settings.js";
import { interpolate } from "./interpolate.js";
import { type Norm, refine } from "./refinement.js";
import { schedule } from "./schedule.js";

/** A longer curve is kept at this many places, evenly spaced; its norms were smoothed over a tenth of it. */
const MOST_PLACES = 500;

const RUN = "the directory of a finished training, or a JSON file with a list of gradient norms";

/**
 * The curve that `refine` makes of a training's gradient norms, drawn out over the steps of this one: its first rate is that
 * of step 0, its last, which is 0, that of step T, which is not taken. Of norms that are all alike it is `linear`. It has a
 * warm-up of its own, as far as the norms ask for one.
 */
export const refined = schedule({
  name: "refined",
  about: "made from the gradient norms of a training like this one; give its run, and no warm-up: it has its own",
  source:
    "Defazio et al. 2023, When, Why and How Much? Adaptive Learning Rate Scheduling by Refinement, arXiv:2310.07831, section 3",
  settings: section({
    run: text(RUN).describe(RUN),
    norm: z
      .enum(["l1", "l2"], "l1 or l2")
      .optional()
      .describe("l1 or l2, of the gradients; by default what suits the run's optimizer"),
    smoothing: share().default(0.1).describe("the share of the steps over which the median of the norms is taken"),
    rates: z
      .array(share(), "a list of numbers from 0 to 1")
      .min(2, "a list of two numbers or more")
      .optional()
      .describe("shares of the peak, evenly spaced over the steps; made from the run unless given"),
  }),
  recorded: {
    key: "rates",
    make(settings, read) {
      const { run, norm, smoothing } = settings as { run: string; norm?: Norm; smoothing: number };
      const norms = read(run);
      const used = norm ?? norms.norm;
      if (used === undefined)
        throw new InputError(`${run} does not say in which norm its gradients are measured; set norm to l1 or l2`);
      const curve = refine(norms[used], used, smoothing);
      const places = Math.min(curve.length, MOST_PLACES);
      const kept = Array.from({ length: places }, (_, i) => interpolate(curve, i / (places - 1)));
      return kept.map((rate) => Number(rate.toPrecision(6)));
    },
  },
  create({ run, rates }, { steps }) {
    if (rates === undefined)
      throw new InputError(`the schedule refined has not read ${run}; resolve the configuration`);
    return (t) => interpolate(rates, t / steps);
  },
});
