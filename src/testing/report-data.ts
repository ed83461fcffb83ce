import { compareScaling } from "../curves/scaling-comparison.js";
import type { EvaluatedPolicy, ReportData } from "../report/report-data.js";
import type { EpochEvaluation, EvaluatedStep } from "../runs/evaluation/evaluation.js";
import { uniformPolicy } from "../search/policy.js";
import { tinyPerceptronConfig } from "./runs.js";

/** Steps of the run that is drawn. */
export const T = 50;
/** Losses of the law 0.1 + scale / sqrt(t). */
export const curve = (scale: number) => Float64Array.from({ length: T }, (_, i) => 0.1 + scale * (i + 1) ** -0.5);

/** What is evaluated of an epoch, better with each. */
function summary(epoch: number, changes: Partial<EpochEvaluation> = {}): EpochEvaluation {
  return {
    ...{ epoch, testArea: 0.5 - epoch / 10, finalTestLoss: 0.2, acceleration: 1 + epoch },
    ...{ compressionRatio: 1.4 + epoch / 10, logCompressionRatio: 0.3 + epoch / 10, similarity: 1 + epoch },
    ...{ zeroShare: 0.2, zeroPerturbedShare: 0.9, nonPositiveShare: 0.1, nonPositiveZeroShare: epoch / 4 },
    ...{ positiveLowShare: 0.3, perfectShare: 0.1, perfectLowShare: 0.4, dropped: [] },
    perfectWeights: [
      { weight: 0, share: 0.5 },
      { weight: 1, share: 1 },
    ],
    ...changes,
  };
}

/** An evaluated policy under which SIM grows with the steps. */
export function policy(epoch: number, changes: Partial<EpochEvaluation> = {}): EvaluatedPolicy {
  const step = { epoch, mean: 1, deviation: 1, weighted: 4, perfect: 0, perfectLow: 0 };
  const counts = { nonPositive: 0, nonPositiveZero: 0, positive: 4, positiveLow: 0 };
  const steps = Array.from(curve(1 / (1 + epoch)), (loss, i): EvaluatedStep => {
    const similarity = changes.similarity === null ? null : 1 + epoch + i / T;
    return { ...step, ...counts, step: i, loss, similarity };
  });
  return { summary: summary(epoch, changes), steps, rank: epoch / 3 };
}

/** A gap that falls to a third with every epoch. */
const certificate = (epoch: number) => {
  return { gap: 3 ** -epoch, gapByStretch: [0.75, 0.25], trials: Math.min(epoch, 1), cost: 1 + 4 * epoch };
};

/** A run of three epochs over four examples, of which the first is perturbed. */
export function reportData(
  policies = [0, 1, 2, 3].map((epoch) => policy(epoch)),
  changes: Partial<ReportData> = {},
): ReportData {
  const epochs = policies.map(({ summary }) => summary);
  const best = epochs[epochs.length - 1];
  const examples = [0, 1, 2, 3];
  return {
    ...{ name: "small", config: tinyPerceptronConfig(`learning.steps=${T}`), parameters: 4, outcomes: 2, versions: {} },
    evaluation: {
      ...{ run: "small", epochs, best: best.epoch, similarityCorrelation: 1 },
      similarityAsymptote: { limit: 0.8, scale: 0.5 },
      scaling: null,
      baselineFalls: true,
    },
    ...{ conventional: epochs[0], best, conventionalCurve: curve(1), bestCurve: curve(0.5) },
    scaling: compareScaling(curve(1), curve(0.5)),
    metrics: [0, 1, 2, 3].map((epoch) => ({
      ...summary(epoch),
      area: 0.6 - epoch / 20,
      validationArea: 0.4,
      ...certificate(epoch),
    })),
    ...{ policies, bestPolicy: uniformPolicy(T, 4), others: [] },
    bestDynamics: examples.map((id) => {
      const [steps, weights] = [Array.from({ length: T }, (_, t) => t), new Array(T).fill(id / 2)];
      return { epoch: 3, id, perturbed: id === 0, steps, weights, contributions: weights.map(() => id - 1) };
    }),
    bestExamples: [],
    origins: examples.map((id) => ({ document: "d", window: 0, text: `text ${id}`, perturbed: id === 0 })),
    ...changes,
  };
}
