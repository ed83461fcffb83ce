/** The policies that `training.policy` names, and what they do. */
export const onlinePolicies = {
  uniform: "conventional learning: all examples weigh the same",
  law: "weight moves to what contributes to the desired text, as far as its two halves agree; no option to set",
  mirror: "the same by exponentiated gradient: no weight is ever zero, and there is no ceiling",
  greedy: "only the examples of the batch that contribute now",
  "highest-loss": "the half of the batch with the highest losses (Kawaguchi & Lu 2020)",
  "reducible-loss":
    "the half whose loss is highest above that of a model of the desired text (RHO, Mindermann et al. 2022)",
  "gradient-norm": "importance sampling by the norm of the gradient (Katharopoulos & Fleuret 2018)",
} as const;

export type OnlinePolicyName = keyof typeof onlinePolicies;

export function isOnlinePolicy(name: string): name is OnlinePolicyName {
  return Object.hasOwn(onlinePolicies, name);
}
