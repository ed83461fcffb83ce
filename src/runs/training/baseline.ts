import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { asInputError } from "../../files/atomic-file.js";
import { checkDigest } from "../../files/digest.js";
import { damaged } from "../../files/json-file.js";
import { baselineCrossing } from "../../measures/acceleration.js";
import { type Accelerations, accelerations, type CostAt } from "../../measures/cost-to-reach.js";
import { FACTS, MeasuredOn } from "../log/measured-on.js";
import { openFinishedTraining } from "./finished-training.js";
import { readCosts } from "./training-curve.js";

const number = z.number();
const WithCosts = z.object({
  costs: z.array(z.object({ step: number, tokens: number, work: number, seconds: number, testLoss: number })).min(1),
});
const WithCurve = z.object({ testCurve: z.array(number) });

/**
 * The test losses of a training to compare with, and what they had cost.
 *
 * @param path the directory of a training, or what its `train --json` printed
 * @throws InputError if it is neither, or if the training is not finished
 */
export function readBaselineCosts(path: string): readonly CostAt[] {
  if (existsSync(path) && statSync(path).isDirectory())
    return readCosts(openFinishedTraining(path, `the baseline ${path}`));
  const { success, data } = WithCosts.safeParse(readJson(path));
  if (!success)
    throw new InputError(`the baseline ${path} must be the directory of a training, or what its train --json printed`);
  return data.costs;
}

/**
 * The test loss of full-batch descent to compare with after every step, in nats.
 *
 * @param path a run's baseline.json, or what `train --json` printed
 * @param steps T, which must be the baseline's too
 * @throws InputError if it holds no such curve
 */
export function readBaselineCurve(path: string, steps: number): Float64Array {
  const { success, data } = WithCurve.safeParse(readJson(path));
  if (!success) throw new InputError(`the baseline ${path} must hold a testCurve, a list of losses`);
  const { testCurve } = data;
  if (testCurve.length !== steps)
    throw new InputError(`the baseline ${path} has ${testCurve.length} steps, and learning.steps is ${steps}`);
  return Float64Array.from(testCurve);
}

const Measured = z.object({ measuredOn: MeasuredOn });

/**
 * Refuses to compare test losses that were measured on different things. What an earlier version wrote does not say on what
 * it was measured, and is not refused.
 *
 * @param path as `readBaselineCosts` and `readBaselineCurve` take it
 * @param now what the losses to compare with it are measured on
 * @param what as a message calls what lies there
 * @throws InputError naming what differs: the outcomes of a prediction, the length, or the test text
 */
export function refuseOtherTest(path: string, now: MeasuredOn, what = "the baseline"): void {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, FACTS) : path;
  const { success, data } = Measured.safeParse(readJson(file));
  if (!success) return;
  const { outcomes, length, testSha256 } = data.measuredOn;
  const refuse = (difference: string) =>
    new InputError(
      `${what} ${path} does not compare: ${difference}; give one with the same test text, length and vocabulary`,
    );
  if (outcomes !== now.outcomes) throw refuse(`it predicts ${outcomes} outcomes, and this learning ${now.outcomes}`);
  if (length !== now.length) throw refuse(`its examples have ${length} tokens, and these ${now.length}`);
  if (testSha256 !== now.testSha256) throw refuse("it was measured on other test examples");
}

/** A training beside its baseline. */
export interface Comparison {
  /** How many times sooner it reached the baseline's final test loss; null if it never did, or by no step of its own. */
  readonly accelerations: Accelerations | null;
  /**
   * The baseline ends with a test loss that is no lower than the training's was before its first step, or it makes no
   * measure: its own loss does not fall to its end.
   */
  readonly nothingToReach: boolean;
}

/** Compares a training with its baseline, by the test losses of both and what they had cost. */
export function compareWithBaseline(costs: readonly CostAt[], baseline: readonly CostAt[]): Comparison {
  return {
    accelerations: accelerations(costs, baseline) ?? null,
    nothingToReach:
      baseline[baseline.length - 1].testLoss >= costs[0].testLoss ||
      baselineCrossing(baseline.map(({ testLoss }) => testLoss)) === undefined,
  };
}

function readJson(path: string): unknown {
  try {
    const whole = checkDigest(JSON.parse(readFileSync(path, "utf8")));
    if (whole === undefined) throw damaged(path);
    return whole.value;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const unreadable = asInputError(error, `cannot read the baseline ${path}`);
    if (unreadable instanceof InputError) throw unreadable;
    throw new InputError(`the baseline ${path} is not valid JSON: ${(error as Error).message}`);
  }
}
