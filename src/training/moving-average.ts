import type { Floats } from "../base/floats.js";

/**
 * An exponential moving average of theta, with the zero start corrected as Adam's is: after update t,
 *
 *   average = sum_{s=1..t} decay^(t-s) theta[s] / sum_{s=1..t} decay^(t-s)
 *
 * Before the first update it is theta[0].
 */
export class MovingAverage {
  readonly values: Floats;

  constructor(
    start: Floats,
    private readonly decay: number,
  ) {
    this.values = start.slice();
  }

  /** Takes in theta[t], t = 1, 2, .. */
  update(theta: Floats, t: number): void {
    const { values, decay } = this;
    const share = (1 - decay) / (1 - decay ** t);
    for (let i = 0; i < values.length; i++) values[i] += share * (theta[i] - values[i]);
  }
}
