import type { TrainingProblem } from "../passes/problem.js";
import type { Evaluation } from "./evaluator.js";
import { Training, type TrainingParts, type TrainingState } from "./training.js";
import type { TrainingSettings } from "./training-settings.js";

/** With what a training is driven, and what it shows on the way. */
export interface TrainingOptions extends TrainingParts {
  /** Before the first step, every `evaluateEvery` steps and after the last. */
  readonly onEvaluation?: (evaluation: Evaluation) => void;
  /** Every `checkpointEvery` steps, after the last, and where it is aborted. The state's arrays are the training's own. */
  readonly onCheckpoint?: (state: TrainingState) => void;
  /** With the seconds that the step took, evaluation aside. */
  readonly onStep?: (step: number, seconds: number) => void;
  /**
   * Aborting it ends the training after the step under way: it shows its state and throws the signal's reason. A step that
   * takes more than `PATIENCE` longer is given up, and so is one before which there is nothing to show.
   */
  readonly signal?: AbortSignal;
}

/** Seconds that an aborted training has to finish its step. */
const PATIENCE = 5;

/**
 * Drives a `Training` from where it stands to step T.
 *
 * @returns the state after the last step
 * @throws InputError where learning diverges, and where the policy's weights are no distribution
 */
export async function train(
  problem: TrainingProblem,
  settings: TrainingSettings,
  { onEvaluation, onCheckpoint, onStep, signal, ...parts }: TrainingOptions = {},
): Promise<TrainingState> {
  const stepping = new AbortController();
  const training = new Training(problem, settings, { ...parts, signal: stepping.signal });
  let shown = training.steps;
  const giveUp = () => stepping.abort(signal?.reason);
  const abort = () => {
    if (training.steps === shown) giveUp();
    else patience = setTimeout(giveUp, 1000 * PATIENCE);
  };
  let patience: ReturnType<typeof setTimeout> | undefined;
  signal?.addEventListener("abort", abort);
  const evaluate = async () => onEvaluation?.(await training.evaluate());
  try {
    signal?.throwIfAborted();
    if (parts.from === undefined) await evaluate();
    while (training.steps < settings.steps) {
      const began = performance.now();
      await training.step();
      const { steps } = training;
      onStep?.(steps, (performance.now() - began) / 1000);
      const due = (every: number) => steps % every === 0 || steps === settings.steps;
      if (due(settings.evaluateEvery)) await evaluate();
      if (due(settings.checkpointEvery) || signal?.aborted) {
        onCheckpoint?.(training.state());
        shown = steps;
      }
      signal?.throwIfAborted();
    }
    return training.state();
  } finally {
    signal?.removeEventListener("abort", abort);
    clearTimeout(patience);
    await training.release();
  }
}
