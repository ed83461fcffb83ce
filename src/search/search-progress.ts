import type { LearningProblem } from "../passes/problem.js";
import { type SearchSettings, searchDefaults } from "./search-settings.js";

/** How far a search is. */
export interface Progress {
  readonly epoch: number;
  readonly phase: "trajectory" | "costate";
  /** Which of the trajectories that the step to this epoch's policy takes; 1 for the first. */
  readonly trial: number;
  /** Steps done of the phase, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** How much of all the work is done, from 0 to 1, in operations: of E epochs whose first trials are good enough. */
  readonly fraction: number;
}

/** Counts the operations of a search, in forward passes of one example over all steps (DESIGN 2.3). */
export class SearchProgress {
  private done = 0;
  private total: number;
  private phase: Progress["phase"] = "trajectory";
  private trial = 1;
  private before = 0;
  private readonly steps: number;
  private readonly work: Record<Progress["phase"], number>;
  /** The same without evaluation on validation and test examples, in conventional learnings. */
  private readonly cost: Record<Progress["phase"], number>;

  constructor(
    { train, desired, validation, test, steps }: LearningProblem,
    private readonly options: SearchSettings & {
      readonly onProgress?: (progress: Progress) => void;
    },
  ) {
    this.steps = steps;
    const N = train.count;
    const K = (options.desiredShare ?? searchDefaults.desiredShare) * desired.count;
    const costate = 8 * N + 3 * K;
    this.work = { trajectory: 3 * N + K + validation.count + test.count, costate };
    this.cost = { trajectory: (3 * N + K) / (3 * N), costate: costate / (3 * N) };
    this.total = (options.epochs + 1) * (this.work.trajectory + costate);
  }

  /** What is finished of a search that goes on after this epoch. */
  skip(epoch: number): void {
    this.done = (epoch + 1) * (this.work.trajectory + this.work.costate);
  }

  /** Begins a phase. Returns what it costs, in conventional learnings. */
  begin(phase: Progress["phase"], trial = this.trial): number {
    Object.assign(this, { phase, trial, before: this.done });
    if (phase === "trajectory" && trial > 1) this.total += this.work.trajectory;
    return this.cost[phase];
  }

  /** Tells that so many steps of the phase are done. */
  step(epoch: number, step: number): void {
    const { options, steps, phase, trial } = this;
    this.done = this.before + (this.work[phase] * step) / steps;
    options.onProgress?.({ epoch, phase, trial, step, steps, fraction: this.done / this.total });
  }
}
