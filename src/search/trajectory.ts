import { InputError } from "../base/errors.js";
import { type Floats, floats } from "../passes/passes.js";
import type { FloatType } from "../passes/programs.js";

/** The learning rate with linear warm-up: eta[t] for t = 0 .. steps - 1. DESIGN 2.1. */
export function learningRates({ steps, learningRate, warmup }: Schedule): Float64Array {
  return Float64Array.from({ length: steps }, (_, t) => learningRate * Math.min(1, (t + 1) / Math.max(1, warmup)));
}

export interface Schedule {
  /** T. */
  readonly steps: number;
  readonly learningRate: number;
  /** Steps over which the learning rate rises linearly to its value; 0 for none. */
  readonly warmup: number;
}

/** next <- theta - eta[t] * gradient, where next may be theta. Throws InputError if the result is not finite. */
export function descend(theta: Floats, rates: Float64Array, t: number, gradient: Floats, next: Floats): void {
  const rate = rates[t];
  let poison = 0;
  for (let i = 0; i < next.length; i++) {
    next[i] = theta[i] - rate * gradient[i];
    poison += next[i] * 0;
  }
  if (poison !== 0)
    throw new InputError(
      `learning diverged: the parameters are not finite after step ${t + 1} of ${rates.length}; lower learning.learningRate or lengthen learning.warmup`,
    );
}

/** Writes the gradient of the policy's loss at step t into `gradient`. */
export type StepGradient = (t: number, theta: Floats, gradient: Floats) => Promise<void>;

/**
 * A learning process by gradient descent, theta[t + 1] = theta[t] - eta[t] * gradient(t, theta[t]), which can be read
 * backwards. Of theta[0] .. theta[T] every k-th is kept, k being the least for which the kept ones and the k - 1 between
 * two of them fit the memory; these are recomputed when a reader first comes to them: the same numbers, bit for bit.
 */
export class Trajectory {
  private readonly kept: Floats[] = [];
  private readonly segment: Floats[];
  private segmentStart = -1;
  private readonly gradient: Floats;
  readonly interval: number;

  /** @param memory bytes that the states may take */
  constructor(
    private readonly rates: Float64Array,
    private readonly stepGradient: StepGradient,
    private readonly start: Floats,
    memory: number,
  ) {
    this.interval = interval(rates.length, memory / start.byteLength);
    this.segment = Array.from({ length: this.interval - 1 }, () => this.state());
    this.gradient = this.state();
  }

  /** Learns from the start to step T, showing every state theta[1] .. theta[T] to `visit` on the way. */
  async learn(visit: (t: number, theta: Floats) => Promise<void>): Promise<void> {
    this.kept[0] = this.start;
    const working = this.state();
    let theta = this.start;
    for (let t = 0; t < this.rates.length; t++) {
      const next = (t + 1) % this.interval === 0 ? this.keep((t + 1) / this.interval) : working;
      await this.step(t, theta, next);
      await visit(t + 1, next);
      theta = next;
    }
    this.segmentStart = -1;
  }

  /** theta[t], after `learn`. Cheap when t falls by one from call to call. The array is the trajectory's own. */
  async at(t: number): Promise<Floats> {
    const index = Math.floor(t / this.interval);
    if (t % this.interval === 0) return this.kept[index];
    if (this.segmentStart !== index) await this.recompute(index);
    return this.segment[(t % this.interval) - 1];
  }

  private async recompute(index: number): Promise<void> {
    const first = index * this.interval;
    const last = Math.min(first + this.interval - 1, this.rates.length);
    let theta = this.kept[index];
    for (let t = first; t < last; t++) {
      await this.step(t, theta, this.segment[t - first]);
      theta = this.segment[t - first];
    }
    this.segmentStart = index;
  }

  private async step(t: number, theta: Floats, next: Floats): Promise<void> {
    await this.stepGradient(t, theta, this.gradient);
    descend(theta, this.rates, t, this.gradient, next);
  }

  private keep(index: number): Floats {
    this.kept[index] ??= this.state();
    return this.kept[index];
  }

  private state(): Floats {
    const dtype: FloatType = this.start instanceof Float64Array ? "float64" : "float32";
    return floats(dtype, this.start.length);
  }
}

/** The least k for which T/k + 1 kept states and k - 1 recomputed ones are at most `states`; else the k that needs fewest. */
function interval(steps: number, states: number): number {
  const needed = (k: number) => Math.floor(steps / k) + k;
  for (let k = 1; k <= steps; k++) if (needed(k) <= states) return k;
  return Math.max(1, Math.round(Math.sqrt(steps)));
}
