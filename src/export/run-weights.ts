import { InputError } from "../base/errors.js";
import type { Origin } from "../data/examples.js";
import { examplesFile } from "../runs/log/compute-run.js";
import { openRun, runKind } from "../runs/log/run-directory.js";
import { loadPolicy } from "../runs/policy-file.js";
import { bestEpoch } from "../runs/search/epoch-metrics.js";
import { loadWeightTotals } from "../runs/training/checkpoint.js";
import { type ExampleWeight, exampleWeights, readOrigins, trainedWeights } from "./export-weights.js";

/** What a run made of its examples, and by when. */
export interface RunWeights {
  readonly rows: readonly ExampleWeight[];
  /** The epoch of a search whose policy it is, or the step of a training up to which it is summed. */
  readonly of: { readonly epoch: number } | { readonly step: number };
}

/**
 * The weights of every example under the best policy of a search, or of what a training did so far.
 *
 * @throws InputError if the directory is no run, nothing of it is finished, or it is damaged
 */
export function runWeights(directory: string): RunWeights {
  return runKind(directory) === "training" ? trained(directory) : searched(directory);
}

function searched(directory: string): RunWeights {
  const run = openRun(directory);
  const metrics = run.readMetrics();
  if (metrics.length === 0)
    throw new InputError(`${directory} has no finished epoch; continue it with search --resume`);
  const { epoch } = bestEpoch(metrics);
  const policy = loadPolicy(run.policyPath(epoch));
  const origins = readOrigins(run.path(examplesFile));
  refuseOtherNumber(directory, origins, policy.examples);
  return { rows: exampleWeights(policy, origins), of: { epoch } };
}

function trained(directory: string): RunWeights {
  const run = openRun(directory, "training");
  if (run.finished === 0)
    throw new InputError(`${directory} has no checkpoint yet; continue its training with train --resume`);
  const totals = loadWeightTotals(run.checkpointPaths(run.finished));
  const origins = readOrigins(run.path(examplesFile));
  refuseOtherNumber(directory, origins, totals.draws.length);
  return { rows: trainedWeights(totals, origins), of: { step: run.finished } };
}

function refuseOtherNumber(directory: string, origins: readonly Origin[], weights: number): void {
  if (weights !== origins.length)
    throw new InputError(`${directory} is damaged: ${origins.length} examples, and weights of ${weights}`);
}
