import { firstCrossing } from "../curves/first-crossing.js";

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
  const losses = points.map(({ testLoss }) => testLoss);
  const reached = firstCrossing(losses, loss);
  if (reached === undefined) return undefined;
  const { index, share } = reached;
  const [before, after] = [points[Math.max(0, index - 1)], points[index]];
  const between = (key: keyof Cost) => before[key] + share * (after[key] - before[key]);
  return { step: between("step"), tokens: between("tokens"), work: between("work"), seconds: between("seconds") };
}

/** How many times sooner a training reaches the final loss of a baseline, in each unit of cost. */
export type Accelerations = Record<"steps" | "tokens" | "work" | "seconds", number>;

/** @returns undefined if it never does, and where it did so before its first step: a baseline that learned nothing */
export function accelerations(points: readonly CostAt[], baseline: readonly CostAt[]): Accelerations | undefined {
  const whole = baseline[baseline.length - 1];
  const reached = costToReach(points, whole.testLoss);
  if (reached === undefined || reached.step === 0) return undefined;
  return {
    steps: whole.step / reached.step,
    tokens: whole.tokens / reached.tokens,
    work: whole.work / reached.work,
    seconds: whole.seconds / reached.seconds,
  };
}
