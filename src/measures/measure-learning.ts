import type { LearningProcess } from "../search/learning-process.js";
import type { Policy } from "../search/policy.js";
import { type Dropped, DroppedExamples } from "./dropped-examples.js";
import { lowWeights } from "./low-weights.js";
import { type Similarity, similarity } from "./similarity.js";
import { type CumulativePoint, WeightDistribution } from "./weight-distribution.js";
import { type WeightDynamics, WeightDynamicsSample } from "./weight-dynamics.js";

/** A training example with a smaller loss is perfectly learned, in nats (Gu et al. 2024, section 4.5). */
export const PERFECTLY_LEARNED = 1e-6;

/** What is measured at theta[t]. Counts are of training examples; low weights are below 0.2 of the uniform one. */
export interface StepMeasurements extends Similarity {
  /** t, the number of steps taken. */
  readonly step: number;
  /** L(theta[t]) on test, in nats. */
  readonly loss: number;
  /** Examples with CT[t][n] <= 0, and those of them with zero weight. */
  readonly nonPositive: number;
  readonly nonPositiveZero: number;
  /** Examples with CT[t][n] > 0, and those of them with low weight. */
  readonly positive: number;
  readonly positiveLow: number;
  /** Perfectly learned examples, and those of them with low weight. */
  readonly perfect: number;
  readonly perfectLow: number;
}

/** What is measured of the learning process under one policy, on test text. */
export interface LearningMeasurements {
  /** For t = 0 .. T - 1. */
  readonly steps: readonly StepMeasurements[];
  /** L(theta[T]), in nats. */
  readonly finalTestLoss: number;
  /** CT[t][n], a mean over t, for each training example. */
  readonly contributions: Float64Array;
  readonly dropped: readonly (Dropped | null)[];
  /** Of the weights that perfectly learned examples have, over all steps; empty where there are none. */
  readonly perfectWeights: readonly CumulativePoint[];
  readonly dynamics: { readonly steps: readonly number[]; readonly examples: readonly WeightDynamics[] };
}

/**
 * Learns under a policy and measures everything that the theory makes claims about (DESIGN 2.5). Streams over the steps:
 * beside a few numbers a step and an example it holds one theta.
 */
export async function measureLearning(
  process: LearningProcess,
  policy: Policy,
  onStep?: (t: number, testLoss: number) => void,
): Promise<LearningMeasurements> {
  const { steps: T, examples: N } = policy;
  const steps: StepMeasurements[] = [];
  const contributionSums = new Float64Array(N);
  const dropped = new DroppedExamples(N);
  const perfectWeights = new WeightDistribution();
  const dynamics = new WeightDynamicsSample(policy);

  const finalTestLoss = await process.measure(policy, ({ t, testLoss, weights, losses, contributions }) => {
    const isPerfect = (n: number) => losses[n] < PERFECTLY_LEARNED;
    const nonPositive = lowWeights(weights, (n) => contributions[n] <= 0);
    const positive = lowWeights(weights, (n) => contributions[n] > 0);
    const perfect = lowWeights(weights, isPerfect);
    steps.push({
      step: t,
      loss: testLoss,
      ...similarity(weights, contributions),
      nonPositive: nonPositive.count,
      nonPositiveZero: nonPositive.zero,
      positive: positive.count,
      positiveLow: positive.low,
      perfect: perfect.count,
      perfectLow: perfect.low,
    });
    for (let n = 0; n < N; n++) contributionSums[n] += contributions[n];
    dropped.add(t, weights, contributions);
    perfectWeights.add(weights, isPerfect);
    dynamics.add(t, weights, contributions);
    onStep?.(t, testLoss);
  });

  return {
    steps,
    finalTestLoss,
    contributions: contributionSums.map((sum) => sum / T),
    dropped: dropped.dropped(),
    perfectWeights: perfectWeights.cumulative(),
    dynamics: { steps: dynamics.steps, examples: dynamics.result() },
  };
}
