import { mean } from "../../base/floats.js";
import type { Origin } from "../../data/examples.js";
import { groupDropped } from "../../measures/dropped-examples.js";
import type { LearningMeasurements, StepMeasurements } from "../../measures/measure-learning.js";
import { totalWeights } from "../../measures/weight-dynamics.js";
import { nonPositiveZeroShare } from "../../measures/zero-weights.js";
import type { Policy } from "../../search/policy.js";
import type { BuiltProblem } from "../problem/build-problem.js";
import { testMetrics, zeroShares } from "../search/policy-metrics.js";
import { type EpochEvaluation, type EvaluatedEpoch, testCurve } from "./evaluation.js";

/**
 * What was measured of the policy of an epoch, as it is written down.
 *
 * @param conventional the test loss of conventional learning after step 1 .. T, in nats
 */
export function evaluatedEpoch(
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
  const { acceleration, ...metrics } = testMetrics(curve, epoch === 0 ? undefined : conventional, outcomes);
  const total = policy.weights.length;
  const sum = (value: (step: StepMeasurements) => number) => steps.reduce((total, step) => total + value(step), 0);
  const nonPositive = sum((step) => step.nonPositive);
  const perfect = sum((step) => step.perfect);
  const similarities = steps.flatMap((step) => step.similarity ?? []);
  return {
    epoch,
    ...metrics,
    logCompressionRatio: Math.log(metrics.compressionRatio),
    acceleration,
    similarity: similarities.length > 0 ? mean(Float64Array.from(similarities)) : null,
    ...zeroShares(policy, perturbed),
    nonPositiveShare: nonPositive / total,
    nonPositiveZeroShare: nonPositiveZeroShare(steps),
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
