import { InputError } from "../../base/errors.js";
import type { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import type { LearningProblem } from "../../passes/problem.js";
import type { Checkpoint } from "../../selection/contribution-scorer.js";
import { desiredDirection } from "../../selection/desired-direction.js";
import type { Config } from "../config/config.js";
import { loadCheckpoint, loadModel } from "../training/checkpoint.js";
import type { TrainingRun } from "../training/training-kind.js";

/**
 * K of the steps whose models a run keeps, evenly spread, the newest the last.
 *
 * @throws InputError if it keeps fewer
 */
export function spreadSteps(run: TrainingRun, count: number): number[] {
  const kept = run.checkpointSteps();
  if (kept.length === 0)
    throw new InputError(`${run.directory} has no checkpoint yet; continue it with train --resume until it has`);
  if (count > kept.length)
    throw new InputError(`${run.directory} keeps ${kept.length} checkpoints, and ${count} are asked for`);
  return Array.from({ length: count }, (_, i) => kept[Math.round(((i + 1) * kept.length) / count) - 1]);
}

/**
 * The models of a training run after these steps, one by one, each with the direction in which its optimizer would move it
 * for the desired text. The second moments of AdamW are those of the newest: of the others the run keeps the model alone.
 *
 * @throws InputError for a checkpoint that cannot be read or is of another model
 */
export async function* checkpointDirections(
  run: TrainingRun,
  config: Config,
  { model, desired }: LearningProblem,
  steps: readonly number[],
  engine: Engine,
): AsyncGenerator<Checkpoint> {
  const settings = config.training!;
  const newest = run.finished;
  const { optimizer } = loadCheckpoint(run.checkpointPaths(newest), newest, model, settings.average !== null);
  const passes = new Passes(engine, desired);
  for (const step of steps) {
    const theta = loadModel(run.checkpointPaths(step).model, model);
    yield { theta, direction: await desiredDirection(passes, theta, settings, optimizer) };
  }
}
