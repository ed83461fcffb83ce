import { sampleRankCorrelation } from "simple-statistics";
import { InputError } from "../../base/errors.js";
import { mean } from "../../base/floats.js";
import { compareScaling, type Refused, type ScalingComparison } from "../../curves/scaling-comparison.js";
import type { Origin } from "../../data/examples.js";
import { acceleration } from "../../measures/acceleration.js";
import { compressionRatio } from "../../measures/compression-ratio.js";
import { groupDropped } from "../../measures/dropped-examples.js";
import { type LearningMeasurements, measureLearning, type StepMeasurements } from "../../measures/measure-learning.js";
import { type SimilarityAsymptote, similarityAsymptote } from "../../measures/similarity-asymptote.js";
import { totalWeights } from "../../measures/weight-dynamics.js";
import { zeroWeights } from "../../measures/zero-weights.js";
import type { Resources } from "../../passes/problem.js";
import { LearningProcess } from "../../search/learning-process.js";
import type { Policy } from "../../search/policy.js";
import { parseConfig } from "../config/config.js";
import { FACTS, Facts, factsOf } from "../log/facts.js";
import { openRun, type Run } from "../log/run-directory.js";
import { loadPolicy } from "../policy-file.js";
import { type BuiltProblem, buildProblem } from "../problem/build-problem.js";
import { bestEpoch, readBaseline, readEpochMetrics } from "../search/epoch-metrics.js";
import {
  type EpochEvaluation,
  type EvaluatedEpoch,
  evaluatedEpochs,
  readSteps,
  readSummary,
  testCurve,
  writeEvaluatedEpoch,
  writeEvaluationTables,
} from "./evaluation.js";

/** Which policies are evaluated, and how. */
export interface EvaluateOptions extends Resources {
  /** The epochs whose policies are evaluated; all that the run keeps by default. */
  readonly epochs?: readonly number[];
  /** Called after every step. */
  readonly onProgress?: (progress: EvaluateProgress) => void;
  /** Called when what was measured of an epoch is on the disk. */
  readonly onEpoch?: (evaluation: EpochEvaluation) => void;
  /** Aborting it ends the evaluation at the next step; the epochs finished by then are kept. */
  readonly signal?: AbortSignal;
}

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
}

/**
 * Retrains under the policies that a finished search kept, measures on test what the theory claims, and writes it into
 * the run's directory. Epochs evaluated before are not computed again.
 *
 * @throws InputError if the run is unfinished, damaged or of another version, if its data have changed, and for epochs
 *   whose policies it does not keep
 */
export async function evaluateRun(directory: string, options: EvaluateOptions = {}): Promise<EvaluationSummary> {
  const run = openFinishedRun(directory);
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
export function openFinishedRun(directory: string): Run {
  const run = openRun(directory);
  const { search } = parseConfig(run.config, directory);
  if (run.nextEpoch <= search.epochs)
    throw new InputError(
      `${directory} is not finished: it has ${run.nextEpoch} of ${search.epochs + 1} epochs; continue it with search --resume`,
    );
  return run;
}

function refuseMissingPolicies(run: Run, epochs: readonly number[]): void {
  const kept = run.policyEpochs();
  const missing = epochs.find((epoch) => !kept.includes(epoch));
  if (missing !== undefined)
    throw new InputError(`${run.directory} keeps no policy of epoch ${missing}; it keeps those of ${kept.join(", ")}`);
}

async function evaluateEpochs(run: Run, epochs: readonly number[], options: EvaluateOptions): Promise<void> {
  const { onProgress, onEpoch, signal } = options;
  const built = await buildProblem(parseConfig(run.config, run.directory));
  const { problem } = built;
  if (run.read(FACTS, Facts).sha256 !== factsOf(problem, options).sha256)
    throw new InputError(`the data of ${run.directory} has changed since the search; restore it to evaluate the run`);
  const conventional = readBaseline(run);
  const shape = { steps: problem.steps, examples: problem.train.count };
  const process = new LearningProcess(problem, options);
  try {
    for (const [i, epoch] of epochs.entries()) {
      const policy = loadPolicy(run.policyPath(epoch), shape);
      const measured = await measureLearning(process, policy, (step) => {
        signal?.throwIfAborted();
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

function evaluatedEpoch(
  epoch: number,
  policy: Policy,
  measured: LearningMeasurements,
  { problem, origins }: BuiltProblem,
  conventional: Float64Array,
): EvaluatedEpoch {
  const weights = totalWeights(policy);
  return {
    summary: summariseEpoch(epoch, policy, measured, origins, {
      outcomes: problem.model.outcomes,
      conventional,
    }),
    steps: measured.steps.map((step) => ({ epoch, ...step })),
    examples: origins.map(({ perturbed }, id) => ({
      epoch,
      id,
      perturbed,
      weight: weights[id],
      contribution: measured.contributions[id],
      droppedAfter: measured.dropped[id]?.after ?? null,
      redundant: measured.dropped[id]?.redundant ?? null,
    })),
    dynamics: measured.dynamics.examples.map(({ id, weights, contributions }) => {
      return {
        ...{ epoch, id, perturbed: origins[id].perturbed, steps: [...measured.dynamics.steps] },
        ...{ weights: [...weights], contributions: [...contributions] },
      };
    }),
  };
}

function summariseEpoch(
  epoch: number,
  policy: Policy,
  { steps, finalTestLoss, dropped, perfectWeights }: LearningMeasurements,
  origins: readonly Origin[],
  { outcomes, conventional }: { outcomes: number; conventional: Float64Array },
): EpochEvaluation {
  const perturbed = origins.map((origin) => origin.perturbed);
  const curve = testCurve(steps, finalTestLoss);
  const testArea = mean(curve);
  const ratio = compressionRatio(testArea, outcomes);
  // Measuring computes in another order: against the search's own curve, epoch 0 might miss its end by the last bit.
  const speed = acceleration(curve, epoch === 0 ? curve : conventional);
  const zeros = zeroWeights(policy, perturbed);
  const total = policy.weights.length;
  const sum = (value: (step: StepMeasurements) => number) => steps.reduce((total, step) => total + value(step), 0);
  const nonPositive = sum((step) => step.nonPositive);
  const perfect = sum((step) => step.perfect);
  const similarities = steps.flatMap((step) => step.similarity ?? []);
  return {
    epoch,
    testArea,
    finalTestLoss,
    compressionRatio: ratio,
    logCompressionRatio: Math.log(ratio),
    acceleration: Number.isNaN(speed) ? null : speed,
    similarity: similarities.length > 0 ? mean(Float64Array.from(similarities)) : null,
    zeroShare: zeros.all / total,
    zeroPerturbedShare: zeros.all > 0 && perturbed.includes(true) ? zeros.perturbed / zeros.all : null,
    nonPositiveShare: nonPositive / total,
    nonPositiveZeroShare: share(
      sum((step) => step.nonPositiveZero),
      nonPositive,
    ),
    positiveLowShare: share(
      sum((step) => step.positiveLow),
      sum((step) => step.positive),
    ),
    perfectShare: perfect / total,
    perfectLowShare: share(
      sum((step) => step.perfectLow),
      perfect,
    ),
    perfectWeights: [...perfectWeights],
    dropped: groupDropped(dropped, perturbed),
  };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

/** What the evaluated epochs of a run say. Throws InputError if there are none, or one is damaged. */
export function summariseEvaluation(run: Run): EvaluationSummary {
  const epochs = evaluatedEpochs(run).map((epoch) => readSummary(run, epoch));
  const points = epochs.flatMap(({ logCompressionRatio, similarity }) =>
    similarity === null ? [] : [{ logCompressionRatio, similarity }],
  );
  const best = bestEpoch(readEpochMetrics(run)).epoch;
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

function scalingOf(run: Run, { epoch, finalTestLoss }: EpochEvaluation): ScalingComparison | Refused {
  return compareScaling(readBaseline(run), testCurve(readSteps(run, epoch), finalTestLoss));
}
