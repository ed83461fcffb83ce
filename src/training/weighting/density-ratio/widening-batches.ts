import { createRandom } from "../../../base/random.js";
import { DECAY } from "./pool.js";

interface Pass {
  /** k. */
  readonly number: number;
  /** Draws before it. */
  readonly start: number;
  /** n_k. */
  readonly size: number;
}

/**
 * Batches of examples that are in order, the best first: passes over the first n, each in an order of its own, where n grows so
 * that the mean number of times that they were drawn stays below R*. What has been seen so often has little left to say, and
 * small models begin to learn it by heart (docs/RESULTS.md). With s_k draws before pass k,
 *
 *     n_k = min(N, max(n_0, ceil(s_k / R*))),     s_{k + 1} = s_k + n_k.
 *
 * All follows from the seed and the step: whoever resumes needs no state.
 */
export class WideningBatches {
  private pass: Pass;
  private drawn: { number: number; order: Int32Array } | undefined;

  constructor(
    private readonly examples: Int32Array,
    /** n_0. */
    private readonly first: number,
    /** B. */
    private readonly batch: number,
    private readonly seed: number,
  ) {
    this.pass = { number: 0, start: 0, size: first };
  }

  /** The examples of step t = 0, 1, .. */
  rows(t: number): Int32Array {
    return Int32Array.from({ length: this.batch }, (_, i) => {
      const draw = t * this.batch + i;
      const pass = this.passOf(draw);
      if (this.drawn?.number !== pass.number) {
        const order = createRandom(this.seed, `order of the believed, pass ${pass.number}`).permutation(pass.size);
        this.drawn = { number: pass.number, order };
      }
      return this.examples[this.drawn.order[draw - pass.start]];
    });
  }

  /** The examples that are drawn in so many draws. */
  within(draws: number): Int32Array {
    return this.examples.subarray(0, draws === 0 ? 0 : this.passOf(draws - 1).size);
  }

  private passOf(draw: number): Pass {
    if (draw < this.pass.start) this.pass = { number: 0, start: 0, size: this.first };
    while (draw >= this.pass.start + this.pass.size) {
      const start = this.pass.start + this.pass.size;
      const size = Math.min(this.examples.length, Math.max(this.first, Math.ceil(start / DECAY)));
      this.pass = { number: this.pass.number + 1, start, size };
    }
    return this.pass;
  }
}
