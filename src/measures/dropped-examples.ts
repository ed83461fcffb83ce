import { median } from "simple-statistics";

/** An example that has no weight any more after some steps. */
export interface Dropped {
  /** The last step, from 1, at which it has weight; 0 if it never has any. */
  readonly after: number;
  /** Whether its mean contribution from then on is positive: it would still help, but others suffice. */
  readonly redundant: boolean;
}

/** Finds the examples that a policy drops for good, and whether because they do not help or because they are redundant. */
export class DroppedExamples {
  /** Where the steps without weight began that reach to now; -1 if the example has weight now. */
  private readonly since: Int32Array;
  private readonly contributionSince: Float64Array;

  constructor(examples: number) {
    this.since = new Int32Array(examples).fill(-1);
    this.contributionSince = new Float64Array(examples);
  }

  /** Takes gamma[t] and CT[t], from t = 0 on. */
  add(t: number, weights: ArrayLike<number>, contributions: ArrayLike<number>): void {
    const { since, contributionSince } = this;
    for (let n = 0; n < since.length; n++) {
      if (weights[n] !== 0) since[n] = -1;
      else {
        if (since[n] < 0) {
          since[n] = t;
          contributionSince[n] = 0;
        }
        contributionSince[n] += contributions[n];
      }
    }
  }

  /** For every example, how it was dropped; null if it has weight at the last step. */
  dropped(): (Dropped | null)[] {
    return Array.from(this.since, (after, n) =>
      after < 0 ? null : { after, redundant: this.contributionSince[n] > 0 },
    );
  }
}

/** The dropped examples of one kind. */
export interface DroppedGroup {
  readonly perturbed: boolean;
  readonly redundant: boolean;
  readonly count: number;
  /** The median of the steps after which they are dropped; null if there are none. */
  readonly medianAfter: number | null;
}

/** Counts the dropped examples by kind: perturbed or not, redundant or not. */
export function groupDropped(dropped: readonly (Dropped | null)[], perturbed: readonly boolean[]): DroppedGroup[] {
  return [true, false].flatMap((noisy) =>
    [true, false].map((redundant) => {
      const steps = dropped.flatMap((drop, n) =>
        drop !== null && perturbed[n] === noisy && drop.redundant === redundant ? [drop.after] : [],
      );
      const medianAfter = steps.length > 0 ? median(steps) : null;
      return { perturbed: noisy, redundant, count: steps.length, medianAfter };
    }),
  );
}
