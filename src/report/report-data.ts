import { basename, resolve } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.js";
import type { Refused, ScalingComparison } from "../curves/scaling-comparison.js";
import type { Origin } from "../data/examples.js";
import { readOrigins } from "../export/export-weights.js";
import { damaged } from "../files/json-file.js";
import type { Config } from "../runs/config/config.js";
import { type EvaluationSummary, openFinishedRun, summariseEvaluation } from "../runs/evaluation/evaluate-run.js";
import {
  damagedEvaluation,
  type EpochEvaluation,
  type EvaluatedDynamics,
  type EvaluatedExample,
  type EvaluatedStep,
  readDynamics,
  readExamples,
  readSteps,
  testCurve,
} from "../runs/evaluation/evaluation.js";
import { examplesFile } from "../runs/log/compute-run.js";
import { readFacts } from "../runs/log/facts.js";
import { readConfig } from "../runs/log/read-config.js";
import { loadPolicy } from "../runs/policy-file.js";
import { type EpochMetrics, readBaseline } from "../runs/search/epoch-metrics.js";
import type { SearchRun } from "../runs/search/search-kind.js";
import type { Policy } from "../search/policy.js";

/** A finished and evaluated run as far as it is compared with others. */
export interface RunComparison {
  /** The name of its directory. */
  readonly name: string;
  readonly config: Config;
  readonly evaluation: EvaluationSummary;
  /** What was evaluated of epoch 0 and of the best epoch. */
  readonly conventional: EpochEvaluation;
  readonly best: EpochEvaluation;
  /** Test loss after step 1 .. T, in nats. */
  readonly conventionalCurve: Float64Array;
  readonly bestCurve: Float64Array;
  readonly scaling: ScalingComparison | Refused;
}

/** Everything that a report shows. */
export interface ReportData extends RunComparison {
  readonly parameters: number;
  readonly outcomes: number;
  readonly versions: Readonly<Record<string, unknown>>;
  /** Of every epoch of the search. */
  readonly metrics: readonly EpochMetrics[];
  /** The evaluated policies, in the order of their epochs. */
  readonly policies: readonly EvaluatedPolicy[];
  readonly bestPolicy: Policy;
  readonly bestDynamics: readonly EvaluatedDynamics[];
  readonly bestExamples: readonly EvaluatedExample[];
  readonly origins: readonly Origin[];
  readonly others: readonly RunComparison[];
}

/** What was evaluated of a policy, summed up and step by step. */
export interface EvaluatedPolicy {
  readonly summary: EpochEvaluation;
  readonly steps: readonly EvaluatedStep[];
  /** Its place among the policies from the smallest log CR (0) to the largest (1). */
  readonly rank: number;
}

/**
 * Reads a run, and what the runs in `others` are compared by.
 *
 * @throws InputError if a run is missing, unfinished or damaged, or if its best epoch or epoch 0 is not evaluated
 */
export function readReportData(directory: string, others: readonly string[] = []): ReportData {
  const run = openFinishedRun(directory);
  const comparison = readComparison(run);
  const { config, evaluation, best } = comparison;
  const shape = { steps: config.learning.steps, examples: config.data.examples };
  const { parameters, outcomes } = readFacts(run);
  const origins = readOrigins(run.path(examplesFile));
  const dynamics = readDynamics(run, best.epoch);
  const examples = readExamples(run, best.epoch);
  if (examples.length !== shape.examples || examples.some(({ id }, n) => id !== n))
    throw damagedEvaluation(run, best.epoch);
  if (origins.length !== shape.examples) throw damaged(run.path(examplesFile));
  return {
    ...comparison,
    parameters,
    outcomes,
    versions: readVersions(run),
    metrics: run.readMetrics(),
    policies: readPolicies(run, evaluation.epochs, shape.steps),
    bestPolicy: loadPolicy(run.policyPath(best.epoch), shape),
    bestDynamics: dynamics,
    bestExamples: examples,
    origins,
    others: others
      .filter((other) => resolve(other) !== resolve(directory))
      .map((other) => readComparison(openFinishedRun(other))),
  };
}

function readComparison(run: SearchRun): RunComparison {
  const config = readConfig(run);
  const evaluation = summariseEvaluation(run);
  const [conventional, best] = [0, evaluation.best].map((wanted) => {
    const summary = evaluation.epochs.find(({ epoch }) => epoch === wanted);
    if (summary === undefined) throw unevaluated(run, evaluation.epochs.length > 0 ? `epoch ${wanted} of ` : "");
    return summary;
  });
  const conventionalCurve = readBaseline(run);
  const steps = readCheckedSteps(run, best.epoch, config.learning.steps);
  const bestCurve = testCurve(steps, best.finalTestLoss);
  return {
    name: basename(resolve(run.directory)),
    config,
    evaluation,
    conventional,
    best,
    conventionalCurve,
    bestCurve,
    scaling: evaluation.scaling!,
  };
}

function readPolicies(run: SearchRun, summaries: readonly EpochEvaluation[], steps: number): EvaluatedPolicy[] {
  const ranked = summaries.toSorted((a, b) => a.logCompressionRatio - b.logCompressionRatio);
  return summaries.map((summary) => ({
    summary,
    steps: readCheckedSteps(run, summary.epoch, steps),
    rank: ranked.indexOf(summary) / Math.max(1, ranked.length - 1),
  }));
}

function readCheckedSteps(run: SearchRun, epoch: number, expected: number): EvaluatedStep[] {
  const steps = readSteps(run, epoch);
  if (steps.length !== expected) throw damagedEvaluation(run, epoch);
  return steps;
}

function unevaluated(run: SearchRun, what: string): InputError {
  return new InputError(`${what}${run.directory} is not evaluated; run learning-law evaluate ${run.directory} first`);
}

/** What the run was computed with. */
function readVersions(run: SearchRun): Readonly<Record<string, unknown>> {
  const { config: _, ...versions } = run.read("versions.json", z.record(z.string(), z.unknown()));
  return versions;
}
