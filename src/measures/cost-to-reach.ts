import { type Crossing, firstCrossing } from "../curves/first-crossing.js";
import { baselineCrossing } from "./acceleration.js";

/** What a training has cost up to a step. */
export interface Cost {
  /** Steps taken. */
  readonly step: number;
  /** Predictions learned from: tokens that are not padding. */
  readonly tokens: number;
  /** In gradients of one example; a forward pass is a third of one. */
  readonly work: number;
  /** Of learning and measuring for the policy, evaluation aside. */
  readonly seconds: number;
}

/** What a training has cost up to an evaluation, and the loss that was measured there. */
export interface CostAt extends Cost {
  /** Nats. */
  readonly testLoss: number;
}

/**
 * What it cost to reach a loss: at the first crossing, between two evaluations on straight lines. DESIGN 2.5 (acceleration).
 *
 * @param points at least one, by step, the first before any step
 * @returns undefined if the loss is never reached
 */
export function costToReach(points: readonly CostAt[], loss: number): Cost | undefined {
  const reached = firstCrossing(lossesOf(points), loss);
  return reached && costAt(points, reached);
}

function lossesOf(points: readonly CostAt[]): number[] {
  return points.map(({ testLoss }) => testLoss);
}

function costAt(points: readonly CostAt[], { index, share }: Crossing): Cost {
  const [before, after] = [points[Math.max(0, index - 1)], points[index]];
  const between = (key: keyof Cost) => (share === 1 ? after[key] : before[key] + share * (after[key] - before[key]));
  return { step: between("step"), tokens: between("tokens"), work: between("work"), seconds: between("seconds") };
}

/** How many times sooner a training reaches the final loss of a baseline, in each unit of cost. */
export type Accelerations = Record<"steps" | "tokens" | "work" | "seconds", number>;

/**
 * Compares where both first reach the final loss of the baseline (DESIGN 2.5): a baseline beside itself has 1.
 *
 * @returns undefined if the training never does, or did so before its first step, and where the baseline makes no measure
 *   (`baselineCrossing`)
 */
export function accelerations(points: readonly CostAt[], baseline: readonly CostAt[]): Accelerations | undefined {
  const own = baselineCrossing(lossesOf(baseline));
  const reached = costToReach(points, baseline[baseline.length - 1].testLoss);
  if (own === undefined || reached === undefined || reached.step === 0) return undefined;
  const whole = costAt(baseline, own);
  return {
    steps: whole.step / reached.step,
    tokens: whole.tokens / reached.tokens,
    work: whole.work / reached.work,
    seconds: whole.seconds / reached.seconds,
  };
}
