import type { Examples } from "../../data/examples.js";
import type { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import { type Checkpoint, ContributionScorer } from "../../selection/contribution-scorer.js";
import { WindowLosses } from "../../selection/window-losses.js";
import type { Config } from "../config/config.js";
import type { BuiltProblem } from "../problem/build-problem.js";
import type { TrainingRun } from "../training/training-kind.js";
import { checkpointDirections } from "./checkpoint-directions.js";

/** Training examples that tell how to take differences, and what an ordinary contribution is. */
export const CALIBRATION = 256;

/**
 * Scores windows by their contributions to a training run's desired loss at some of its checkpoints.
 *
 * @throws InputError for a checkpoint that cannot be read or is of another model
 */
export async function runScorer(
  run: TrainingRun,
  config: Config,
  { problem }: BuiltProblem,
  steps: readonly number[],
  engine: Engine,
): Promise<ContributionScorer> {
  const { train } = problem;
  const checkpoints: Checkpoint[] = [];
  for await (const checkpoint of checkpointDirections(run, config, problem, steps, engine))
    checkpoints.push(checkpoint);
  const some = first(train, CALIBRATION);
  const losses = new WindowLosses(engine, new Passes(engine, train).batchSize);
  return ContributionScorer.create(losses, checkpoints, new Passes(engine, some), rowsOf(some));
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
