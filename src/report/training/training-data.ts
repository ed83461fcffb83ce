import { basename, resolve } from "node:path";
import type { ExampleWeight } from "../../export/export-weights.js";
import { runWeights } from "../../export/run-weights.js";
import type { CostAt } from "../../measures/cost-to-reach.js";
import { readFacts } from "../../runs/log/facts.js";
import { type Comparison, compareWithBaseline, refuseOtherTest } from "../../runs/training/baseline.js";
import { loadAgreements } from "../../runs/training/checkpoint.js";
import { openFinishedTraining } from "../../runs/training/finished-training.js";
import { readCosts } from "../../runs/training/training-curve.js";
import type { TrainingRun } from "../../runs/training/training-kind.js";
import type { AgreementAt } from "../../training/weighting/agreement-history.js";

/** A finished training as far as it is compared with others. */
export interface TrainedRun {
  /** The name of its directory. */
  readonly name: string;
  /** Test losses in nats and what they had cost, by step, the first before any step. */
  readonly costs: readonly CostAt[];
  /** Of its policy's measuring steps; none where it measures no contributions, or an earlier version trained. */
  readonly agreements: readonly AgreementAt[];
}

/** Everything that the report of a training shows. */
export interface TrainingReportData extends TrainedRun {
  /** As it was written. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the policy made of every example. */
  readonly weights: readonly ExampleWeight[];
  /** The first is the baseline. */
  readonly others: readonly TrainedRun[];
  /** Of the run and of each of the others but the first, in this order, with the baseline; empty without one. */
  readonly comparisons: readonly { readonly name: string; readonly comparison: Comparison }[];
}

/**
 * Reads a training and those that it is compared with.
 *
 * @throws InputError if one is missing, no training, unfinished or damaged, or measured on another test set, length or
 *   vocabulary than the first
 */
export function readTrainingReportData(directory: string, others: readonly string[] = []): TrainingReportData {
  const run = openFinishedTraining(directory);
  const trained = readTrained(run);
  const { measuredOn } = readFacts(run);
  const compared = others
    .filter((other) => resolve(other) !== resolve(directory))
    .map((other) => {
      const read = readTrained(openFinishedTraining(other));
      if (measuredOn !== undefined) refuseOtherTest(other, measuredOn, "the training");
      return read;
    });
  const [baseline, ...rest] = compared;
  return {
    ...trained,
    config: run.config,
    weights: runWeights(directory).rows,
    others: compared,
    comparisons:
      baseline === undefined
        ? []
        : [trained, ...rest].map(({ name, costs }) => ({
            name,
            comparison: compareWithBaseline(costs, baseline.costs),
          })),
  };
}

function readTrained(run: TrainingRun): TrainedRun {
  return {
    name: basename(resolve(run.directory)),
    costs: readCosts(run),
    agreements: loadAgreements(run.checkpointPaths(run.finished)),
  };
}
