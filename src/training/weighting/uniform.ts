import type { OnlinePolicy, PolicyState } from "./online-policy.js";

/** Conventional learning: every example of a batch weighs 1/B. */
export class Uniform implements OnlinePolicy {
  readonly question = undefined;

  asked(): undefined {
    return undefined;
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    return new Float64Array(rows.length).fill(1 / rows.length);
  }

  observe(): void {}

  state(): PolicyState {
    return {};
  }

  restore(): void {}
}
