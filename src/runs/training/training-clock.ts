import { z } from "zod";
import { Timings } from "../log/timings.js";
import type { TrainingRun } from "./training-kind.js";

/**
 * The seconds that a training has learned for, evaluation and checkpoints aside. A line of timings.jsonl holds a step and
 * the seconds until then.
 */
export class TrainingClock {
  private readonly timings: Timings<number>;
  private seconds: number;

  /** @param before seconds spent before the first step, on making the policy */
  constructor(run: TrainingRun, before: number) {
    this.timings = timingsOf(run);
    this.timings.cutLastLine();
    this.seconds = run.finished === 0 ? before : this.timings.of([run.finished])[0];
  }

  add(seconds: number): void {
    this.seconds += seconds;
  }

  /** Writes down how long it took to this step. */
  note(step: number): void {
    this.timings.note(step, Number(this.seconds.toFixed(3)));
  }
}

/** Seconds by step. */
export function readTimings(run: TrainingRun): ReadonlyMap<number, number> {
  return timingsOf(run).read();
}

const timingsOf = (run: TrainingRun) => new Timings(run, "step", z.number());
