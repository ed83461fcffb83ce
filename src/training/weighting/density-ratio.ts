import { section } from "../../base/settings.js";
import { type BelievedExamples, believedExamples } from "./density-ratio/believed-examples.js";
import type { OnlinePolicy, PolicyState } from "./online-policy.js";
import { distribution } from "./weighing.js";
import { weighting } from "./weighting.js";

/**
 * Learns from what is like the desired text by its words and their order, without a model: full batches of the examples that
 * are believed, all with the same weight. What `law` begins with; here nothing is measured.
 */
export class DensityRatio implements OnlinePolicy {
  readonly question = undefined;

  constructor(private readonly believed: BelievedExamples) {}

  rows(step: number): Int32Array | undefined {
    return this.believed.rows(step);
  }

  asked(): undefined {
    return undefined;
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    return distribution(Float64Array.from(rows, (n) => this.believed.ceiling[n] / this.believed.whole[n]));
  }

  observe(): void {}

  state(): PolicyState {
    return { weights: this.believed.ceiling };
  }

  restore(): void {}
}

export const densityRatio = weighting({
  name: "density-ratio",
  about: "what is like the desired text by its words and their order; no model, nothing to set",
  source: "DESIGN 2.8, after Sugiyama et al. 2012 and Muennighoff et al. 2023, arXiv:2305.16264, equation 5",
  settings: section({}),
  create: (_, facts) => new DensityRatio(believedExamples(facts)),
});
