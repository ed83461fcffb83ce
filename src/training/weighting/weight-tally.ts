import type { PolicyState } from "./online-policy.js";

/** What a training made of each of its N examples: how much weight it had in how many draws, and when. */
export interface WeightTotals {
  /** The sum over the example's draws of its weight relative to uniform, B gamma_i. */
  readonly total: Float64Array;
  readonly draws: Float64Array;
  /** The first and last step with weight, from 1; 0 if it never had any. */
  readonly first: Float64Array;
  readonly last: Float64Array;
}

/** Adds it up, step by step. */
export class WeightTally implements WeightTotals {
  readonly total: Float64Array;
  readonly draws: Float64Array;
  readonly first: Float64Array;
  readonly last: Float64Array;

  constructor(examples: number) {
    [this.total, this.draws, this.first, this.last] = Array.from({ length: 4 }, () => new Float64Array(examples));
  }

  /** Adds step t = 0, 1, .. with the weights of its rows, which sum to 1. */
  add(step: number, rows: Int32Array, weights: Float64Array): void {
    rows.forEach((n, i) => {
      this.draws[n] += 1;
      if (weights[i] === 0) return;
      this.total[n] += rows.length * weights[i];
      if (this.first[n] === 0) this.first[n] = step + 1;
      this.last[n] = step + 1;
    });
  }

  state(): PolicyState {
    const { total, draws, first, last } = this;
    return { total, draws, first, last };
  }

  restore({ total, draws, first, last }: PolicyState): void {
    this.total.set(total);
    this.draws.set(draws);
    this.first.set(first);
    this.last.set(last);
  }
}
