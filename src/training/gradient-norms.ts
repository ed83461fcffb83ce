import type { Floats } from "../base/floats.js";

/** The norms of the gradients of steps 0, 1, .., each before it was clipped; NaN of those that an earlier version took. */
export interface NormsState {
  readonly l1: Floats;
  readonly l2: Floats;
}

/** Remembers how long the gradients of a training were: what a schedule is refined by (Defazio et al. 2023). */
export class TrainingNorms {
  private readonly l1: Float64Array;
  private readonly l2: Float64Array;

  /** @param steps T */
  constructor(steps: number) {
    this.l1 = new Float64Array(steps).fill(Number.NaN);
    this.l2 = new Float64Array(steps).fill(Number.NaN);
  }

  /** Adds those of step t. */
  add(t: number, { l1, l2 }: { readonly l1: number; readonly l2: number }): void {
    this.l1[t] = l1;
    this.l2[t] = l2;
  }

  /** Of the first `taken` steps. */
  state(taken: number): NormsState {
    return { l1: this.l1.subarray(0, taken), l2: this.l2.subarray(0, taken) };
  }

  restore({ l1, l2 }: NormsState): void {
    this.l1.set(l1);
    this.l2.set(l2);
  }

  /** Bytes that it holds. */
  get bytes(): number {
    return this.l1.byteLength + this.l2.byteLength;
  }
}
