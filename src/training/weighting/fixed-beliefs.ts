import type { BelievedExamples } from "./density-ratio/believed-examples.js";
import type { PolicyState } from "./online-policy.js";
import { UnaskingPolicy } from "./unasking-policy.js";
import { distribution } from "./weighing.js";

/** Learns from what is believed before the first step, in full batches of it, and changes its mind about nothing. */
export class FixedBeliefs extends UnaskingPolicy {
  readonly bytes: number;

  constructor(private readonly believed: BelievedExamples) {
    super();
    this.bytes = believed.bytes;
  }

  rows(step: number): Int32Array | undefined {
    return this.believed.rows(step);
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    const { ceiling, whole } = this.believed;
    return distribution(Float64Array.from(rows, (n) => ceiling[n] / whole[n]));
  }

  override state(): PolicyState {
    return { weights: this.believed.ceiling };
  }
}
