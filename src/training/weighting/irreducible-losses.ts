import { type Floats, floats } from "../../base/floats.js";
import { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import type { TrainingProblem } from "../../passes/problem.js";
import type { Evaluation } from "../evaluator.js";
import { train } from "../train.js";
import type { TrainingSettings } from "../training-settings.js";
import type { PreparationOptions } from "./preparation.js";

/** The model that knows only the held-out text is trained for so much of the training's steps. */
const STEPS_SHARE = 1 / 4;
const EVALUATIONS = 20;

/**
 * The irreducible losses [N], nats, of the training examples: those of a model of the same kind that was trained on the
 * desired set, as it was where its validation loss was lowest (Mindermann et al. 2022, arXiv:2206.07137, section 3).
 *
 * @returns them, and what they cost in gradients of one example
 */
export async function irreducibleLosses(
  problem: TrainingProblem,
  settings: TrainingSettings,
  options: PreparationOptions = {},
): Promise<{ losses: Floats; work: number }> {
  const { onProgress, ...resources } = options;
  const steps = Math.max(1, Math.round(settings.steps * STEPS_SHARE));
  const evaluateEvery = Math.max(1, Math.round(steps / EVALUATIONS));
  const batch = Math.min(settings.batch, problem.desired.count);
  let lowest = Number.POSITIVE_INFINITY;
  const best = floats(resources.dtype ?? "float32", problem.start.length);
  let evaluation: Evaluation | undefined;
  const held = { ...problem, train: problem.desired };
  await train(
    held,
    {
      ...settings,
      ...{ steps, batch, accumulate: 1, warmup: Math.min(settings.warmup, steps) },
      evaluateEvery,
      checkpointEvery: evaluateEvery,
    },
    {
      ...resources,
      onStep: (step) => onProgress?.(step / steps),
      onEvaluation: (now) => {
        evaluation = now;
      },
      onCheckpoint: ({ theta, average }) => {
        if (evaluation!.validationLoss >= lowest) return;
        lowest = evaluation!.validationLoss;
        best.set(average ?? theta);
      },
    },
  );

  const engine = new Engine(problem, resources);
  try {
    const passes = new Passes(engine, problem.train);
    const losses = floats(engine.dtype, passes.count);
    await passes.rowsLosses(best, Int32Array.from(losses.keys()), losses);
    return { losses, work: steps * batch + passes.count / 3 };
  } finally {
    await engine.release();
  }
}
