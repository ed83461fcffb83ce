import { existsSync } from "node:fs";
import { Run, type RunKind } from "../log/run.js";
import { EpochMetrics } from "./epoch-metrics.js";

/*
 * What the directory of a search holds beside what every run has:
 *
 *   metrics.jsonl                     one line for every finished epoch
 *   policies/epoch-0003.safetensors   the policy that an epoch found
 *   policies/state-0003.safetensors   what the search needs to go on from there, until it has gone on
 *   ending.json                       why it ended
 *   baseline.json                     the test curve of conventional learning
 */

/** Why the search ended; there when it has. */
export const ENDING = "ending.json";

/** A search as a kind of run. */
export const searchKind: RunKind<EpochMetrics, SearchRun> = {
  name: "search",
  lines: "metrics.jsonl",
  line: EpochMetrics,
  folder: "policies",
  state: { finished: "nextEpoch", bytes: "metricsBytes" },
  open: (parts) => new SearchRun(searchKind, parts),
};

/** The directory of a search. */
export class SearchRun extends Run<EpochMetrics> {
  /** The first epoch that is not finished. */
  get nextEpoch(): number {
    return this.finished;
  }

  /** Whether the search has come to its end, of which only E epochs show in a run of an earlier program. */
  get ended(): boolean {
    const { epochs } = this.config.search as { readonly epochs: number };
    return existsSync(this.path(ENDING)) || this.nextEpoch > epochs;
  }

  /** Where the policy that epoch number `epoch` found is, or belongs. */
  policyPath(epoch: number): string {
    return this.keptPath(`epoch-${String(epoch).padStart(4, "0")}.safetensors`);
  }

  /** The epochs whose policies are kept, in order. */
  policyEpochs(): number[] {
    return this.keptNumbers(/^epoch-(\d+)\.safetensors$/);
  }

  /** Where what the search needs to go on after this epoch is, or belongs. */
  statePath(epoch: number): string {
    return this.keptPath(`state-${String(epoch).padStart(4, "0")}.safetensors`);
  }

  /** Where the array of the step rule that has this name is, or belongs. */
  rulePath(name: string): string {
    return this.keptPath(`rule-${name}.safetensors`);
  }

  /** Removes all policies but those of these epochs, and all other files but these, whole or not. */
  keepPolicies(epochs: ReadonlySet<number>, others: readonly string[]): void {
    this.keepOnly([...Array.from(epochs, (epoch) => this.policyPath(epoch)), ...others]);
  }
}
