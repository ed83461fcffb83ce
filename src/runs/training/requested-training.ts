import { weightings } from "../../training/weighting/registry.js";
import { searched } from "../../training/weighting/searched.js";
import type { Config } from "../config/config.js";
import { fullBatchTraining } from "../config/full-batch-training.js";

/** A configuration of a training in a run directory. */
export type TrainingConfig = Config & { readonly training: NonNullable<Config["training"]> };

/**
 * The configuration of the training that is asked for: of the section `training`, or, where there is none and a policy is
 * named, of the section `learning`'s full-batch descent, its batches weighed by that policy.
 *
 * @param given a policy's name or the path of a saved one, instead of the section's
 * @returns undefined if what is asked for is no training but full-batch descent, conventional or under a saved policy
 * @throws InputError for a name that is no policy's
 */
export function requestedTraining(config: Config, given?: string): TrainingConfig | undefined {
  const policy = given === undefined ? undefined : weightings.choose(given);
  if (config.training === undefined && (policy === undefined || policy.name === searched.name)) return undefined;
  const training = { ...(config.training ?? fullBatchTraining(config)), ...(policy !== undefined && { policy }) };
  return { ...config, training };
}
