/** Weights relative to the uniform 1/N are counted in bins of this width ... */
const BIN = 0.05;
/** ... up to this one; larger ones only count. */
const LARGEST = 4;

/** The share of weights that are below `weight` times the uniform one; at `weight` 0, of those that are zero. */
export interface CumulativePoint {
  readonly weight: number;
  readonly share: number;
}

/** Counts weights step by step, for their cumulative distribution (Gu et al. 2024, figure 9). */
export class WeightDistribution {
  private readonly bins = new Float64Array(LARGEST / BIN);
  private zeros = 0;
  private count = 0;

  /** Counts the weights of gamma[t] on the examples that `among` picks. */
  add(weights: ArrayLike<number>, among: (n: number) => boolean): void {
    const N = weights.length;
    for (let n = 0; n < N; n++) {
      if (!among(n)) continue;
      this.count++;
      if (weights[n] === 0) this.zeros++;
      else if (weights[n] * N < LARGEST) this.bins[Math.floor((weights[n] * N) / BIN)]++;
    }
  }

  /** The distribution, from the share of zeros on, to that of weights below 4; empty if nothing was counted. */
  cumulative(): CumulativePoint[] {
    if (this.count === 0) return [];
    let below = this.zeros;
    const points = [{ weight: 0, share: below / this.count }];
    for (const [i, inBin] of this.bins.entries()) {
      below += inBin;
      points.push({ weight: ((i + 1) * LARGEST) / this.bins.length, share: below / this.count });
    }
    return points;
  }
}
