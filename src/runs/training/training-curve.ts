import type { CostAt } from "../../measures/cost-to-reach.js";
import { readTimings } from "./training-clock.js";
import type { TrainingRun } from "./training-kind.js";

/** The test losses of a training so far, and what they had cost. */
export function readCosts(run: TrainingRun): CostAt[] {
  const timings = readTimings(run);
  return run.readMetrics().map(({ step, tokens, work, testLoss }) => {
    return { step, tokens, work, seconds: timings.get(step) ?? Number.NaN, testLoss };
  });
}
