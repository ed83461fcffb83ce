import { sampleCorrelation } from "simple-statistics";

/** The correlations of about so many examples are averaged, where one measurement has fewer. */
const EXAMPLES = 256;

/**
 * How far two halves of the desired set agree on what examples contribute: the correlation rho of < d_A, grad l_n > with
 * < d_B, grad l_n > over examples n, averaged over the last measurements, less two standard errors.
 *
 * With enough desired text both halves say the same and rho is near 1. What they do not agree on is their sampling error;
 * where learning has come to the optimum of both together, their gradients are opposite and rho is negative, while new
 * desired text would still gain: a policy that goes on following them overfits.
 */
export class Agreement {
  /** The decaying sum of correlations, each times the number of its examples, and that of these numbers. */
  private readonly sums = Float64Array.of(0, 0);

  /** At most 1; 0 before the first measurement. */
  get value(): number {
    const [correlations, examples] = this.sums;
    return examples === 0 ? 0 : correlations / examples - 2 / Math.sqrt(examples);
  }

  /** Whether it is of nearly as many examples as it will ever be, so that few more at a time do. */
  get settled(): boolean {
    return this.sums[1] >= 0.75 * EXAMPLES;
  }

  /** Adds the contributions to each half, of the same examples. Of fewer than two there is no correlation. */
  add(toA: Float64Array, toB: Float64Array): void {
    const examples = toA.length;
    if (examples < 2) return;
    const correlation = sampleCorrelation(Array.from(toA), Array.from(toB));
    const decay = Math.max(0, 1 - examples / EXAMPLES);
    // Where all contributions are equal there is no correlation, and nothing to agree on.
    this.sums[0] = decay * this.sums[0] + (Number.isFinite(correlation) ? examples * correlation : 0);
    this.sums[1] = decay * this.sums[1] + examples;
  }

  state(): Float64Array {
    return this.sums;
  }

  restore(state: ArrayLike<number>): void {
    this.sums.set(state);
  }
}
