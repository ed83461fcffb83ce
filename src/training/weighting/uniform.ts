import { section } from "../../base/settings.js";
import { UnaskingPolicy } from "./unasking-policy.js";
import { weighting } from "./weighting.js";

/** Conventional learning: every example of a batch weighs 1/B. */
export class Uniform extends UnaskingPolicy {
  weigh(_: number, rows: Int32Array): Float64Array {
    return new Float64Array(rows.length).fill(1 / rows.length);
  }
}

export const uniform = weighting({
  name: "uniform",
  about: "conventional learning: all examples weigh the same",
  source: "DESIGN 2.1",
  settings: section({}),
  create: () => new Uniform(),
});
