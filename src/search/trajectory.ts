import { type Floats, floats, floatType } from "../base/floats.js";

/** next <- theta[t + 1], a step of learning from theta[t]. */
export type TakeStep = (t: number, theta: Floats, next: Floats) => Promise<void>;

/**
 * The states of a learning process, theta[t + 1] being a step from theta[t] and from nothing else, which can be read
 * backwards. Of theta[0] .. theta[T] every k-th is kept, k being the least for which the kept ones and the k - 1 between
 * two of them fit the memory; these are recomputed when a reader first comes to them: the same numbers, bit for bit.
 */
export class Trajectory {
  private readonly kept: Floats[] = [];
  private readonly segment: Floats[];
  private segmentStart = -1;
  readonly interval: number;

  /**
   * @param steps T
   * @param start theta[0]
   * @param memory bytes that the states may take
   */
  constructor(
    private readonly steps: number,
    private readonly takeStep: TakeStep,
    private readonly start: Floats,
    memory: number,
  ) {
    this.interval = interval(steps, memory / start.byteLength);
    this.segment = Array.from({ length: this.interval - 1 }, () => this.state());
  }

  /** Learns from the start to step T, showing every state theta[1] .. theta[T] to `visit` on the way. */
  async learn(visit: (t: number, theta: Floats) => Promise<void>): Promise<void> {
    this.kept[0] = this.start;
    const working = this.state();
    let theta = this.start;
    for (let t = 0; t < this.steps; t++) {
      const next = (t + 1) % this.interval === 0 ? this.keep((t + 1) / this.interval) : working;
      await this.takeStep(t, theta, next);
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
    const last = Math.min(first + this.interval - 1, this.steps);
    let theta = this.kept[index];
    for (let t = first; t < last; t++) {
      await this.takeStep(t, theta, this.segment[t - first]);
      theta = this.segment[t - first];
    }
    this.segmentStart = index;
  }

  private keep(index: number): Floats {
    this.kept[index] ??= this.state();
    return this.kept[index];
  }

  private state(): Floats {
    return floats(floatType(this.start), this.start.length);
  }
}

/** The least k for which T/k + 1 kept states and k - 1 recomputed ones are at most `states`; else the k that needs fewest. */
function interval(steps: number, states: number): number {
  const needed = (k: number) => Math.floor(steps / k) + k;
  for (let k = 1; k <= steps; k++) if (needed(k) <= states) return k;
  return Math.max(1, Math.round(Math.sqrt(steps)));
}
