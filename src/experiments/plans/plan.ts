import type { Preparation } from "../../data/preparation.js";
import type { Resources } from "../../passes/problem.js";

/** What a plan is run with. */
export interface PlanContext extends Resources, Preparation {
  /** Its own, below the experiment's; what is there is continued. */
  readonly directory: string;
  /** What the plans before it found. */
  readonly runs: Runs;
  /** Aborting it ends the plan; run again, it goes on from there. */
  readonly signal?: AbortSignal;
  /** How much of the plan is done, from 0 to 1, and what is being done. */
  readonly onProgress?: (fraction: number, note: string) => void;
}

/**
 * Something that an experiment runs: a preset with settings, and what is done with that configuration. Every kind of
 * plan is one file with one function that makes it.
 */
export interface Plan<Result = unknown> {
  /** The name of its directory, below the experiment's. */
  readonly name: string;
  readonly kind: string;
  readonly preset: string;
  readonly settings: readonly string[];
  /** About how much there is to do, in forward passes of an example (DESIGN 2.3), for the estimate of the time left. */
  readonly work: () => number;
  /**
   * Runs it, or continues what is there, and says what came of it. Interrupted or killed and run again, it says the same.
   *
   * @throws InputError for a configuration or a directory that cannot be used
   */
  readonly run: (context: PlanContext) => Promise<Result>;
  /** What came of it, in a few words that follow the name of its directory. */
  summary(result: Result): string;
  /** Draws the report of a finished run beside the others, and returns its path; a kind without reports has none. */
  readonly report?: (directory: string, others: readonly string[]) => Promise<string>;
}

/** What a finished plan of the experiment found. */
export type Runs = <Result>(plan: Plan<Result>) => Result;
