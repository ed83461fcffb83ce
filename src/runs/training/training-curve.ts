import { area } from "../../curves/area.js";
import { interpolateCurve } from "../../curves/interpolate-curve.js";
import { compressionRatio } from "../../measures/compression-ratio.js";
import type { CostAt } from "../../measures/cost-to-reach.js";
import { readTimings } from "./training-clock.js";
import type { TrainingRun } from "./training-kind.js";

/**
 * What a finished training's test losses come to, in nats, and their curve after every step.
 *
 * @param costs by step, the first before any step
 * @param outcomes of a prediction
 */
export function lossesOf(costs: readonly CostAt[], outcomes: number) {
  const testCurve = interpolateCurve(costs.map(({ step, testLoss }) => ({ step, loss: testLoss })));
  const testArea = area(testCurve);
  return {
    testArea,
    compressionRatio: compressionRatio(testArea, outcomes),
    finalTestLoss: costs[costs.length - 1].testLoss,
    lowestTestLoss: Math.min(...costs.map(({ testLoss }) => testLoss)),
    testCurve,
  };
}

/** The test losses of a training so far, and what they had cost. */
export function readCosts(run: TrainingRun): CostAt[] {
  const timings = readTimings(run);
  return run.readMetrics().map(({ step, tokens, work, testLoss }) => {
    return { step, tokens, work, seconds: timings.get(step) ?? Number.NaN, testLoss };
  });
}
