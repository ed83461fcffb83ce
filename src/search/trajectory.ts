import { type Floats, floats, floatType } from "../base/floats.js";

/** next <- theta[t + 1], a step of learning from theta[t]; next may be theta. */
export type TakeStep = (t: number, theta: Floats, next: Floats) => Promise<void>;

/**
 * The fewest states that a trajectory is given memory for: theta[0], the one that is being computed, and three between. Of
 * 4,000 steps each is then taken 16 times at most; with 14 states 5 times, and with 89 twice.
 */
export const FEWEST_STATES = 5;

/**
 * The states of a learning process, theta[t + 1] being a step from theta[t] and from nothing else, which can be read
 * backwards. As many of theta[0] .. theta[T] are kept as fit the memory, where they save the most steps (Griewank & Walther
 * 2000, algorithm 799: revolve); the others are computed again from the nearest before them when a reader comes to them,
 * with states kept on the way as room has become free: the same numbers, bit for bit.
 */
export class Trajectory {
  /** States that are kept, t rising, theta[0] the first. */
  private kept: State[] = [];
  /** The state computed last, where it is none of those. */
  private readonly working: State;
  /** Arrays of states that are not needed any more. */
  private readonly free: Floats[] = [];
  private readonly room: number;

  /**
   * @param steps T
   * @param start theta[0]
   * @param memory bytes that the states may take, theta[0] and the one that is being computed among them; where it has no
   *   room for a third, every state is computed from theta[0]
   */
  constructor(
    private readonly steps: number,
    private readonly takeStep: TakeStep,
    private readonly start: Floats,
    memory: number,
  ) {
    this.room = Math.min(Math.max(0, steps - 1), Math.max(0, Math.floor(memory / start.byteLength) - 2));
    this.working = { t: -1, theta: this.array() };
  }

  /** How often each step is taken, at most, where the states are read once from theta[T] back to theta[0]. */
  get repetitions(): number {
    return repetitions(this.steps, this.room);
  }

  /** Learns from the start to step T, showing every state theta[1] .. theta[T] to `visit` on the way. */
  async learn(visit: (t: number, theta: Floats) => Promise<void>): Promise<void> {
    this.forget(1);
    this.kept = [{ t: 0, theta: this.start }];
    this.working.t = -1;
    await this.advance(this.steps, visit);
  }

  /** theta[t], after `learn`. Cheap when t falls by one from call to call. The array is the trajectory's own. */
  async at(t: number): Promise<Floats> {
    if (this.working.t === t) return this.working.theta;
    this.forget(this.kept.findLastIndex((state) => state.t <= t) + 1);
    const nearest = this.kept[this.kept.length - 1];
    if (nearest.t === t) return nearest.theta;
    await this.advance(t);
    return this.working.theta;
  }

  /** Computes theta[end] from the last state that is kept, and keeps some on the way. */
  private async advance(end: number, visit?: (t: number, theta: Floats) => Promise<void>): Promise<void> {
    const { working } = this;
    let { t, theta } = this.kept[this.kept.length - 1];
    working.t = -1;
    while (t < end) {
      const keptNext = t + distanceToKept(end - t, this.room + 1 - this.kept.length);
      for (; t < Math.min(keptNext, end); t++) {
        const next = t + 1 === keptNext && keptNext < end ? (this.free.pop() ?? this.array()) : working.theta;
        await this.takeStep(t, theta, next);
        await visit?.(t + 1, next);
        theta = next;
      }
      if (t < end) this.kept.push({ t, theta });
    }
    working.t = end;
  }

  /** Takes back the arrays of the kept states from the `first`-th on. */
  private forget(first: number): void {
    for (const { theta } of this.kept.splice(first)) this.free.push(theta);
  }

  private array(): Floats {
    return floats(floatType(this.start), this.start.length);
  }
}

interface State {
  t: number;
  readonly theta: Floats;
}

/**
 * The most steps, r computations of each at most, over which a trajectory can be read backwards from its end with `room`
 * states kept beside its beginning: C(room + r + 1, r) - 1 (Griewank & Walther 2000, proposition 1, where the last step is not
 * taken).
 */
function reach(room: number, r: number): number {
  if (r < 0) return -1;
  if (room < 0) return 0;
  let combinations = 1;
  for (let i = 1; i <= r; i++) combinations *= (room + 1 + i) / i;
  return Math.round(combinations) - 1;
}

/** The least r with which so many steps can be read backwards. */
function repetitions(steps: number, room: number): number {
  if (room < 1) return Math.max(1, steps);
  let r = 1;
  while (reach(room, r) < steps) r += 1;
  return r;
}

/**
 * How far ahead the next state is kept, of `steps` to go and with `room` for as many: so far that what lies before it and
 * what lies behind need as few steps as can be. `steps` or more where none is kept.
 */
function distanceToKept(steps: number, room: number): number {
  if (room < 1 || steps < 2) return steps;
  const r = repetitions(steps, room);
  return Math.max(1, reach(room, r - 2) + 1, steps - reach(room - 1, r));
}
