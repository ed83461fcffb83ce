import { section, text } from "../../base/settings.js";
import { type Policy, policyRow } from "../../search/policy.js";
import { UnaskingPolicy } from "./unasking-policy.js";
import { distribution } from "./weighing.js";
import { weighting } from "./weighting.js";

/** A policy that a search found: the weights of its row t, scaled to a distribution over the batch of step t. */
export class Searched extends UnaskingPolicy {
  constructor(private readonly policy: Policy) {
    super();
  }

  get bytes(): number {
    return this.policy.weights.byteLength;
  }

  weigh(step: number, rows: Int32Array): Float64Array {
    const weights = policyRow(this.policy, step);
    return distribution(Float64Array.from(rows, (n) => weights[n]));
  }
}

const EXTENSION = ".safetensors";

export const searched = weighting({
  name: "searched",
  about: "a saved policy: the weights that a search found for every step",
  source: "Gu et al. 2024, arXiv:2402.17759; DESIGN 2.4",
  settings: section({ file: text("the path of a saved policy").describe("the policy, in safetensors") }),
  shorthand: {
    wanted: `a ${EXTENSION} file`,
    settings: (path) => (path.endsWith(EXTENSION) ? { file: path } : undefined),
  },
  create: ({ file }, { readPolicy }) => new Searched(readPolicy(file)),
});
