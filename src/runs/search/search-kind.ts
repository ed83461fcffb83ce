import { Run, type RunKind } from "../log/run.js";
import { EpochMetrics } from "./epoch-metrics.js";

/*
 * What the directory of a search holds beside what every run has:
 *
 *   metrics.jsonl                     one line for every finished epoch
 *   policies/epoch-0003.safetensors   the policy that an epoch found
 *   baseline.json                     the test curve of conventional learning
 */

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

  /** Where the policy that epoch number `epoch` found is, or belongs. */
  policyPath(epoch: number): string {
    return this.keptPath(`epoch-${String(epoch).padStart(4, "0")}.safetensors`);
  }

  /** The epochs whose policies are kept, in order. */
  policyEpochs(): number[] {
    return this.keptNumbers(/^epoch-(\d+)\.safetensors$/);
  }

  /** Removes the policies of all other epochs, and what a killed process left of a policy that it was writing. */
  keepPolicies(epochs: ReadonlySet<number>): void {
    this.keepOnly(Array.from(epochs, (epoch) => this.policyPath(epoch)));
  }
}
