import { InputError } from "../../base/errors.js";
import { weightings } from "../../training/weighting/registry.js";
import { isRun, openRun } from "../log/run-directory.js";
import { bestEpoch } from "./epoch-metrics.js";

/**
 * The file of the best policy where a search's directory is given in place of a policy; anything else as it is.
 *
 * @throws InputError if the directory is the run of something else, or has no finished epoch
 */
export function bestPolicyOf(policy: string): string {
  // A name is a name, whatever folder there is.
  if (weightings.names.includes(policy) || !isRun(policy)) return policy;
  const run = openRun(policy);
  const metrics = run.readMetrics();
  if (metrics.length === 0) throw new InputError(`${policy} has no finished epoch; continue it with search --resume`);
  return run.policyPath(bestEpoch(metrics).epoch);
}
