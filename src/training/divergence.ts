import { InputError } from "../base/errors.js";

/** What a training says that is not finite any more, and what would help. */
export function diverged(what: string, step: number): InputError {
  return new InputError(
    `training diverged: ${what} not finite after step ${step}; lower training.learningRate or lengthen training.warmup`,
  );
}
