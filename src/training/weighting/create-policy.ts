import type { LearningProblem } from "../../passes/problem.js";
import { loadPolicy } from "../../runs/policy-file.js";
import type { TrainingSettings } from "../training-settings.js";
import { GradientNorm } from "./gradient-norm.js";
import { Greedy } from "./greedy.js";
import { HighestLoss } from "./highest-loss.js";
import { irreducibleLosses, type PreparationOptions } from "./irreducible-losses.js";
import { Law } from "./law.js";
import { Mirror } from "./mirror.js";
import type { OnlinePolicy } from "./online-policy.js";
import { isPolicyFile, type OnlinePolicyName, refuseUnknownPolicy } from "./policy-names.js";
import { ReducibleLoss } from "./reducible-loss.js";
import { Searched } from "./searched.js";
import { Uniform } from "./uniform.js";

/** A policy, prepared for a training. */
export interface CreatedPolicy {
  readonly policy: OnlinePolicy;
  /** What making it cost, in gradients of one example. */
  readonly work: number;
}

/**
 * Makes the policy of this name for a training, or, given the path of a .safetensors file, the saved policy in it.
 *
 * @throws InputError for a name that there is not, and for a file that is no policy of the training's steps and examples
 */
export async function createPolicy(
  name: string,
  problem: LearningProblem,
  settings: TrainingSettings,
  options: PreparationOptions = {},
): Promise<CreatedPolicy> {
  const { steps, batch, seed } = settings;
  const examples = problem.train.count;
  refuseUnknownPolicy(name);
  if (isPolicyFile(name)) return { policy: new Searched(loadPolicy(name, { steps, examples })), work: 0 };
  if (name === "reducible-loss") {
    const { losses, work } = await irreducibleLosses(problem, settings, options);
    return { policy: new ReducibleLoss(losses), work };
  }
  const kinds = {
    uniform: Uniform,
    law: Law,
    mirror: Mirror,
    greedy: Greedy,
    "highest-loss": HighestLoss,
    "gradient-norm": GradientNorm,
  } satisfies Record<Exclude<OnlinePolicyName, "reducible-loss">, new (facts: never) => OnlinePolicy>;
  return { policy: new kinds[name as keyof typeof kinds]({ examples, batch, seed }), work: 0 };
}
