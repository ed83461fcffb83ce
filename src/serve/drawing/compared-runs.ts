import { InputError } from "../../base/errors.js";
import { NO_ACCELERATION } from "../../measures/acceleration.js";
import { costToReach } from "../../measures/cost-to-reach.js";
import { readFacts } from "../../runs/log/facts.js";
import { openRun } from "../../runs/log/run-directory.js";
import { compareWithBaseline, refuseOtherTest } from "../../runs/training/baseline.js";
import { readCosts } from "../../runs/training/training-curve.js";
import type { ComparedRuns } from "../protocol.js";

/**
 * Compares a training with another as far as both are, as `train --baseline` does when they have ended.
 *
 * @throws InputError where one is no training, nothing of it is finished, or they were measured on other test sets
 */
export function comparedRuns({ run: path, baseline: other }: { run: string; baseline: string }): ComparedRuns {
  const run = openRun(path, "training");
  const costs = readCosts(run);
  const baseline = readCosts(openRun(other, "training"));
  if (costs.length === 0 || baseline.length === 0)
    throw new InputError("one of the two has no finished evaluation yet");
  const { measuredOn } = readFacts(run);
  if (measuredOn !== undefined) refuseOtherTest(other, measuredOn, "the training");
  const { accelerations, nothingToReach } = compareWithBaseline(costs, baseline);
  const target = baseline[baseline.length - 1].testLoss;
  return {
    accelerations,
    note: nothingToReach ? NO_ACCELERATION : "",
    target,
    reached: costToReach(costs, target) ?? null,
  };
}
