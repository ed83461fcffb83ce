import { section } from "../../base/settings.js";
import { believedExamples } from "./density-ratio/believed-examples.js";
import { FixedBeliefs } from "./fixed-beliefs.js";
import { weighting } from "./weighting.js";

/**
 * Learns from what is like the desired text by its words and their order, without a model: what `law` begins with, and nothing
 * is measured.
 */
export const densityRatio = weighting({
  name: "density-ratio",
  about: "what is like the desired text by its words and their order; no model, nothing to set",
  source: "DESIGN 2.8, after Sugiyama et al. 2012 and Muennighoff et al. 2023, arXiv:2305.16264, equation 5",
  settings: section({}),
  create: (_, facts) => new FixedBeliefs(believedExamples(facts)),
});
