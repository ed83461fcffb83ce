import { InputError } from "../../base/errors.js";
import { openRun } from "../log/run-directory.js";
import type { TrainingRun } from "./training-kind.js";

/**
 * Opens a training that has come to its last step.
 *
 * @param what it is in a message: "the baseline runs/plain"
 * @throws InputError if it has not, or the directory is no training
 */
export function openFinishedTraining(directory: string, what = directory): TrainingRun {
  const run = openRun(directory, "training");
  const { steps } = run.config.training as { steps: number };
  if (run.finished !== steps)
    throw new InputError(`${what} is at step ${run.finished} of ${steps}; finish it with train --resume`);
  return run;
}
