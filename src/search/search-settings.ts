import type { Chosen } from "../base/component.js";

/** How long and how boldly a search improves its policy. */
export interface SearchSettings {
  /** E: how often the policy is improved at most. Epoch 0 is conventional learning; epochs 1 .. E are the improved policies. */
  readonly epochs: number;
  /** epsilon_0, the first step along the gradient. */
  readonly epsilon: number;
  /** The rule that steps from a policy to a better one, of `steps/registry.ts`. */
  readonly step?: Chosen;
  /** Steps of learning over which weights stay the same. */
  readonly block?: number;
  /** The share of the desired examples that an epoch sees, drawn anew for each. */
  readonly desiredShare?: number;
  /** The search ends where the optimality gap, in nats, is no larger; null for never. */
  readonly gap?: number | null;
  /** The search ends after this many epochs without a smaller area on validation examples; null for never. */
  readonly patience?: number | null;
}

/** What holds where a setting is not given. */
export const searchDefaults = { step: "quasi-newton", block: 1, desiredShare: 1, gap: null, patience: null } as const;
