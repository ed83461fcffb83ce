import type { CostAt } from "../../measures/cost-to-reach.js";
import type { Evaluation } from "../../training/evaluator.js";
import type { Run } from "../log/run-directory.js";
import { readTimings } from "./training-clock.js";

/** The evaluations of a training so far. */
export function readTrainingCurve(run: Run): Evaluation[] {
  return run.readMetrics() as unknown as Evaluation[];
}

/** The test losses of a training so far, and what they had cost. */
export function readCosts(run: Run): CostAt[] {
  const timings = readTimings(run);
  return readTrainingCurve(run).map(({ step, tokens, work, testLoss }) => {
    return { step, tokens, work, seconds: timings.get(step) ?? Number.NaN, testLoss };
  });
}
