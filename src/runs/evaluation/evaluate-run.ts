import { sampleRankCorrelation } from "simple-statistics";
import { InputError } from "../../base/errors.js";
import { compareScaling, type Refused, type ScalingComparison } from "../../curves/scaling-comparison.js";
import type { Preparation } from "../../data/preparation.js";
import { baselineCrossing } from "../../measures/acceleration.js";
import { measureLearning } from "../../measures/measure-learning.js";
import { type SimilarityAsymptote, similarityAsymptote } from "../../measures/similarity-asymptote.js";
import type { Resources } from "../../passes/problem.js";
import { LearningProcess } from "../../search/learning-process.js";
import { whileLocked } from "../log/compute-run.js";
import { readConfig } from "../log/read-config.js";
import { openRun } from "../log/run-directory.js";
import { loadPolicy } from "../policy-file.js";
import { rebuildProblem } from "../problem/rebuild-problem.js";
import { bestEpoch, readBaseline } from "../search/epoch-metrics.js";
import type { SearchRun } from "../search/search-kind.js";
import { evaluatedEpoch } from "./evaluated-epoch.js";
import {
  type EpochEvaluation,
  evaluatedEpochs,
  readSteps,
  readSummary,
  testCurve,
  writeEvaluatedEpoch,
  writeEvaluationTables,
} from "./evaluation.js";

/** What an evaluation may use, and whom it tells how far it is. */
export interface EvaluateOptions extends Resources, Preparation {
  /** The epochs whose policies are evaluated; all that the run keeps by default. Those finished when it is aborted are kept. */
  readonly epochs?: readonly number[];
  /** Called after every step. */
  readonly onProgress?: (progress: EvaluateProgress) => void;
  /** Called when what was measured of an epoch is on the disk. */
  readonly onEpoch?: (evaluation: EpochEvaluation) => void;
}

/** How far an evaluation is. */
export interface EvaluateProgress {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  /** How much of the work is done, from 0 to 1. */
  readonly fraction: number;
}

/** Every evaluated epoch of a run, and what they say together. */
export interface EvaluationSummary {
  readonly run: string;
  readonly epochs: readonly EpochEvaluation[];
  /** The epoch with the smallest area on validation, of all that the search had. */
  readonly best: number;
  /** Spearman's correlation over the epochs of SIM with log CR; null for fewer than three that differ. */
  readonly similarityCorrelation: number | null;
  readonly similarityAsymptote: SimilarityAsymptote | null;
  /** The scaling laws of conventional learning and of the best policy; null if this is not evaluated. */
  readonly scaling: ScalingComparison | Refused | null;
  /** Whether the test loss of conventional learning falls to the end; where it does not, no policy has an acceleration. */
  readonly baselineFalls: boolean;
}

/**
 * Retrains under the policies that a finished search kept, measures on test what the theory claims, and writes it into
 * the run's directory. Epochs evaluated before are not computed again.
 *
 * @throws InputError if the run is unfinished, damaged or of another version, if another process computes in it, if its data have changed, and for epochs
 *   whose policies it does not keep
 */
export async function evaluateRun(directory: string, options: EvaluateOptions = {}): Promise<EvaluationSummary> {
  const run = openFinishedRun(directory);
  return whileLocked(directory, () => evaluateFinished(run, options));
}

async function evaluateFinished(run: SearchRun, options: EvaluateOptions): Promise<EvaluationSummary> {
  const wanted = options.epochs ?? run.policyEpochs();
  refuseMissingPolicies(run, wanted);
  const before = new Set(evaluatedEpochs(run).map((epoch) => readSummary(run, epoch).epoch));
  const epochs = [...new Set(wanted)].filter((epoch) => !before.has(epoch)).sort((a, b) => a - b);
  if (epochs.length > 0) await evaluateEpochs(run, epochs, options);
  // Always: who was killed while they were written finds no epoch left to evaluate.
  if (before.size + epochs.length > 0) await writeEvaluationTables(run);
  return summariseEvaluation(run);
}

/** Opens a run whose search has ended. Throws InputError if it has not. */
export function openFinishedRun(directory: string): SearchRun {
  const run = openRun(directory);
  const { search } = readConfig(run);
  if (!run.ended)
    throw new InputError(
      `${directory} is not finished: it has ${run.nextEpoch} of ${search.epochs + 1} epochs; continue it with search --resume`,
    );
  return run;
}

function refuseMissingPolicies(run: SearchRun, epochs: readonly number[]): void {
  const kept = run.policyEpochs();
  const missing = epochs.find((epoch) => !kept.includes(epoch));
  if (missing !== undefined)
    throw new InputError(`${run.directory} keeps no policy of epoch ${missing}; it keeps those of ${kept.join(", ")}`);
}

async function evaluateEpochs(run: SearchRun, epochs: readonly number[], options: EvaluateOptions): Promise<void> {
  const { onProgress, onEpoch } = options;
  const built = await rebuildProblem(run, readConfig(run), options, "the search", "to evaluate the run");
  const { problem } = built;
  const conventional = readBaseline(run);
  const shape = { steps: problem.steps, examples: problem.train.count };
  const process = new LearningProcess(problem, options);
  try {
    for (const [i, epoch] of epochs.entries()) {
      const policy = loadPolicy(run.policyPath(epoch), shape);
      const measured = await measureLearning(process, policy, (step) => {
        const { steps } = problem;
        onProgress?.({ epoch, step: step + 1, steps, fraction: (i + (step + 1) / steps) / epochs.length });
      });
      const evaluated = evaluatedEpoch(epoch, policy, measured, built, conventional);
      writeEvaluatedEpoch(run, evaluated);
      onEpoch?.(evaluated.summary);
    }
  } finally {
    await process.release();
  }
}

/** What the evaluated epochs of a run say. Throws InputError if there are none, or one is damaged. */
export function summariseEvaluation(run: SearchRun): EvaluationSummary {
  const epochs = evaluatedEpochs(run).map((epoch) => readSummary(run, epoch));
  const points = epochs.flatMap(({ logCompressionRatio, similarity }) =>
    similarity === null ? [] : [{ logCompressionRatio, similarity }],
  );
  const best = bestEpoch(run.readMetrics()).epoch;
  const evaluatedBest = epochs.find(({ epoch }) => epoch === best);
  const similarityCorrelation = rankCorrelation(points);
  // Where SIM is low under conventional learning alone, a hyperbola fits that says nothing of the policies.
  const rises = similarityCorrelation !== null && similarityCorrelation > 0.5;
  return {
    run: run.directory,
    epochs,
    best,
    similarityCorrelation,
    similarityAsymptote: rises ? (similarityAsymptote(points) ?? null) : null,
    scaling: evaluatedBest === undefined ? null : scalingOf(run, evaluatedBest),
    baselineFalls: baselineCrossing(readBaseline(run)) !== undefined,
  };
}

/** Spearman's, null for fewer than three points or where one of the two does not vary. */
function rankCorrelation(points: readonly { logCompressionRatio: number; similarity: number }[]): number | null {
  if (points.length < 3) return null;
  const ratios = points.map((point) => point.logCompressionRatio);
  const similarities = points.map((point) => point.similarity);
  const correlation = sampleRankCorrelation(ratios, similarities);
  return Number.isNaN(correlation) ? null : correlation;
}

function scalingOf(run: SearchRun, { epoch, finalTestLoss }: EpochEvaluation): ScalingComparison | Refused {
  return compareScaling(readBaseline(run), testCurve(readSteps(run, epoch), finalTestLoss));
}
