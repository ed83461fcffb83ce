import type { OnlinePolicy, PolicyState } from "./online-policy.js";

/** A policy that asks nothing: what it weighs by is known before the first step. */
export abstract class UnaskingPolicy implements OnlinePolicy {
  readonly question = undefined;

  abstract weigh(step: number, rows: Int32Array): Float64Array;

  asked(): undefined {
    return undefined;
  }

  observe(): void {}

  state(): PolicyState {
    return {};
  }

  restore(): void {}
}
