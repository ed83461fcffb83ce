import { createRandom } from "../base/random.js";
import type { BatchSource } from "./batch-source.js";

/**
 * The examples of every step: B at a time, in an order that is drawn anew for every epoch of the data. The orders lie one
 * after the other and batches run over their borders, so that in every epoch every example is drawn once. All follows
 * from the seed and the step: whoever resumes needs no state.
 */
export class MiniBatches implements BatchSource {
  private drawn: { epoch: number; order: Int32Array } | undefined;

  constructor(
    /** N. */
    private readonly examples: number,
    /** B. */
    private readonly batch: number,
    private readonly seed: number,
    /** Of the random orders, for whoever draws others of the same seed. */
    private readonly purpose = "order of epoch",
  ) {}

  /** The examples of step t = 0, 1, ..: B numbers from 0 to N - 1. */
  rows(t: number): Int32Array {
    return Int32Array.from({ length: this.batch }, (_, i) => {
      const place = t * this.batch + i;
      return this.order(Math.floor(place / this.examples))[place % this.examples];
    });
  }

  private order(epoch: number): Int32Array {
    if (this.drawn?.epoch !== epoch)
      this.drawn = { epoch, order: createRandom(this.seed, `${this.purpose} ${epoch}`).permutation(this.examples) };
    return this.drawn.order;
  }
}
