import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { InputError } from "../../base/errors.js";
import type { Run } from "../log/run-directory.js";

const TIMINGS = "timings.jsonl";

/**
 * The seconds that a training has learned for, evaluation and checkpoints aside, in timings.jsonl: the one file of a run
 * that differs each time. A line holds a step and the seconds until then; of a step that was computed again after a kill,
 * the last line counts.
 */
export class TrainingClock {
  private seconds: number;

  /** @param before seconds spent before the first step, on making the policy */
  constructor(
    private readonly run: Run,
    before: number,
  ) {
    endLastLine(run.path(TIMINGS));
    this.seconds = run.finished === 0 ? before : secondsAt(readTimings(run), run.finished);
  }

  add(seconds: number): void {
    this.seconds += seconds;
  }

  /** Writes down how long it took to this step. */
  note(step: number): void {
    this.run.append(TIMINGS, { step, seconds: Number(this.seconds.toFixed(3)) });
  }
}

/** Seconds by step. */
export function readTimings(run: Run): ReadonlyMap<number, number> {
  const path = run.path(TIMINGS);
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return new Map(
    lines.flatMap((line) => {
      try {
        const { step, seconds } = JSON.parse(line) as { step: number; seconds: number };
        return [[step, seconds] as const];
      } catch {
        // A line that a killed process did not finish; the step is computed again.
        return [];
      }
    }),
  );
}

/** A line that a killed process did not finish would take the next one with it. */
function endLastLine(path: string): void {
  if (existsSync(path) && /[^\n]$/.test(readFileSync(path, "utf8"))) appendFileSync(path, "\n");
}

function secondsAt(timings: ReadonlyMap<number, number>, step: number): number {
  const seconds = timings.get(step);
  if (seconds === undefined) throw new InputError(`${TIMINGS} of the run has no line of step ${step}; restore it`);
  return seconds;
}
