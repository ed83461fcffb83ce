import type { Examples } from "../../data/examples.js";
import type { Engine } from "../../passes/engine.js";
import { bytesLeft } from "../../passes/memory-use.js";
import { Passes } from "../../passes/passes.js";
import { lossesPass, lossGradientPass, tangentPass } from "../../passes/standard-passes.js";
import { type Checkpoint, ContributionScorer } from "../../selection/contribution-scorer.js";
import { WindowLosses } from "../../selection/window-losses.js";
import type { Config } from "../config/config.js";
import type { BuiltProblem } from "../problem/build-problem.js";
import type { TrainingRun } from "../training/training-kind.js";
import { checkpointDirections } from "./checkpoint-directions.js";

/** Training examples that tell how to take differences, and what an ordinary contribution is. */
export const CALIBRATION = 256;

/**
 * Arrays as long as theta: the newest state (theta, its average, two of the optimizer, two of the policy), the optimizer's
 * copy of its own, a file as it is read, the problem's start, a gradient and its sum over batches.
 */
const ARRAYS = 13;
/** Theta, the direction, and theta moved along it to both sides, by the best length so far and by another. */
const ARRAYS_OF_A_CHECKPOINT = 6;

/**
 * Scores windows by their contributions to a training run's desired loss at some of its checkpoints.
 *
 * @throws InputError where the memory does not suffice, and for a checkpoint that cannot be read or is of another model
 */
export async function runScorer(
  run: TrainingRun,
  config: Config,
  { problem }: BuiltProblem,
  steps: readonly number[],
  engine: Engine,
): Promise<ContributionScorer> {
  const { train } = problem;
  const [desired, training, some] = [problem.desired, train, first(train, CALIBRATION)].map(
    (examples) => new Passes(engine, examples),
  );
  bytesLeft(engine, {
    vectors: ARRAYS + ARRAYS_OF_A_CHECKPOINT * steps.length,
    passes: [
      { over: desired, all: [lossGradientPass] },
      { over: some, all: [tangentPass] },
      { over: training, all: [lossesPass] },
    ],
  });
  const checkpoints: Checkpoint[] = [];
  for await (const checkpoint of checkpointDirections(run, config, problem, steps, engine))
    checkpoints.push(checkpoint);
  const losses = new WindowLosses(engine, training.batchSize);
  return ContributionScorer.create(losses, checkpoints, some, rowsOf(first(train, CALIBRATION)));
}

function first({ count, fields }: Examples, most: number): Examples {
  const { data, rowShape } = fields.tokens;
  const kept = Math.min(count, most);
  return { count: kept, fields: { tokens: { data: data.slice(0, kept * rowShape[0]), rowShape } } };
}

function rowsOf({ count, fields }: Examples): number[][] {
  const { data, rowShape } = fields.tokens;
  const [width] = rowShape;
  return Array.from({ length: count }, (_, n) => Array.from(data.subarray(n * width, (n + 1) * width), Number));
}
