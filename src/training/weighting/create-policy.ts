import type { Chosen } from "../../base/component.js";
import { InputError } from "../../base/errors.js";
import type { TrainingProblem } from "../../passes/problem.js";
import type { Policy } from "../../search/policy.js";
import type { TrainingSettings } from "../training-settings.js";
import type { OnlinePolicy } from "./online-policy.js";
import type { PreparationOptions } from "./preparation.js";
import { weightings } from "./registry.js";

/** A policy, prepared for a training. */
export interface CreatedPolicy {
  readonly policy: OnlinePolicy;
  /** What making it cost, in gradients of one example. */
  readonly work: number;
}

/** With what a policy is made and prepared. */
export interface CreatePolicyOptions extends PreparationOptions {
  /** Reads a saved policy; throws InputError if the file is none of so many steps and examples. */
  readonly readPolicy?: (path: string, shape: { steps: number; examples: number }) => Policy;
}

/**
 * Makes the policy that was chosen for a training, and prepares it.
 *
 * @throws InputError for a name that there is not, and for a file that is no policy of the training's steps and examples
 */
export async function createPolicy(
  chosen: Chosen,
  problem: TrainingProblem,
  settings: TrainingSettings,
  { readPolicy, ...options }: CreatePolicyOptions = {},
): Promise<CreatedPolicy> {
  const { steps, batch, seed } = settings;
  const examples = problem.train.count;
  const policy = weightings.create(chosen, {
    ...{ examples, batch, seed, problem, settings },
    readPolicy: (path) => {
      if (readPolicy === undefined) throw new InputError(`cannot read ${path}: there are no files here`);
      return readPolicy(path, { steps, examples });
    },
  });
  return { policy, work: (await policy.prepare?.(options)) ?? 0 };
}
