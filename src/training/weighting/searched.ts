import { type Policy, policyRow } from "../../search/policy.js";
import type { OnlinePolicy, PolicyState } from "./online-policy.js";
import { distribution } from "./weighing.js";

/** A policy that a search found: the weights of its row t, scaled to a distribution over the batch of step t. */
export class Searched implements OnlinePolicy {
  readonly question = undefined;

  constructor(private readonly policy: Policy) {}

  asked(): undefined {
    return undefined;
  }

  weigh(step: number, rows: Int32Array): Float64Array {
    const weights = policyRow(this.policy, step);
    return distribution(Float64Array.from(rows, (n) => weights[n]));
  }

  observe(): void {}

  state(): PolicyState {
    return {};
  }

  restore(): void {}
}
