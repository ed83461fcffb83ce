import { section } from "../../base/settings.js";
import type { OnlinePolicy, PolicyState } from "./online-policy.js";
import { weighting } from "./weighting.js";

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

export const uniform = weighting({
  name: "uniform",
  about: "conventional learning: all examples weigh the same",
  source: "DESIGN 2.1",
  settings: section({}),
  create: () => new Uniform(),
});
