import type { Examples } from "../../data/examples.js";
import type { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import { ContributionScorer } from "../../selection/contribution-scorer.js";
import { desiredDirection } from "../../selection/desired-direction.js";
import { WindowLosses } from "../../selection/window-losses.js";
import type { Config } from "../config/config.js";
import type { BuiltProblem } from "../problem/build-problem.js";
import { loadCheckpoint, loadModel } from "../training/checkpoint.js";
import type { TrainingRun } from "../training/training-kind.js";

/** Training examples that tell how to take differences, and what an ordinary contribution is. */
const CALIBRATION = 256;

/**
 * Scores windows by their contributions to a training run's desired loss at some of its checkpoints. The second moments of
 * AdamW are those of the newest: of the others the run keeps the model alone.
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
  const { train, model } = problem;
  const settings = config.training!;
  const newest = run.finished;
  const { optimizer } = loadCheckpoint(run.checkpointPaths(newest), newest, model, settings.average !== null);
  const desired = new Passes(engine, problem.desired);
  const checkpoints = [];
  for (const step of steps) {
    const theta = loadModel(run.checkpointPaths(step).model, model);
    checkpoints.push({ theta, direction: await desiredDirection(desired, theta, settings, optimizer) });
  }
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
