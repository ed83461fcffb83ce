import { InputError } from "../../base/errors.js";
import { nearest } from "../../base/nearest.js";

/** The policies that `training.policy` names, and what they do. */
export const onlinePolicies = {
  uniform: "conventional learning: all examples weigh the same",
  law: "weight moves to what contributes to the desired text, as far as its two halves agree; nothing to set",
  mirror: "the same by exponentiated gradient: no weight becomes zero, and there is no ceiling",
  greedy: "only the examples of the batch that contribute now",
  "highest-loss": "the half of the batch with the highest losses (Kawaguchi & Lu 2020)",
  "reducible-loss": "the half with the highest loss above a model of the desired text (RHO, Mindermann et al. 2022)",
  "gradient-norm": "importance sampling by the norm of the gradient (Katharopoulos & Fleuret 2018)",
} as const;

export type OnlinePolicyName = keyof typeof onlinePolicies;

/** Whether it is the path of a saved policy, by its extension. */
export function isPolicyFile(name: string): boolean {
  return name.endsWith(".safetensors");
}

/** Throws InputError, with the nearest name, unless it is the name of a policy or the path of a saved one. */
export function refuseUnknownPolicy(name: string): void {
  const names = Object.keys(onlinePolicies);
  if (names.includes(name) || isPolicyFile(name)) return;
  const guess = nearest(name, names);
  throw new InputError(
    `there is no policy ${name}; give ${names.join(", ")} or a .safetensors file${guess ? `; the nearest is ${guess}` : ""}`,
  );
}
