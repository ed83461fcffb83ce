import { grad, jvp } from "../graph/autodiff.js";
import { mul } from "../graph/elementwise.js";
import type { Node } from "../graph/node.js";
import { sum } from "../graph/reductions.js";
import type { Pass, PassParts } from "./pass.js";

/*
 * The computations that learning needs. With weights w [B], of any sign, and f = sum_n w_n l_n; units are the matrix
 * products of one forward pass:
 *
 *   losses               l_n                               1 unit
 *   tokenLosses          l_{n,s}, 0 where nothing is predicted  1 unit
 *   gradient             grad f                            3 units
 *   lossGradient         grad f, and l_n                   3 units
 *   tokenGradient        grad of sum_{n,s} w_{n,s} l_{n,s}  3 units  (w [B, S])
 *   tangent              <direction, grad l_n>             3 units
 *   lossTangent          the same, and l_n                 3 units
 *   lossTangentGradient  the same, and grad f              5 units
 *   costate              tangent, and H_f direction        8 units  (jvp of the gradient: one pass, DESIGN 2.3)
 */

const gradientOf = (parts: PassParts): Node[] =>
  grad(sum(mul(parts.losses, parts.perExample("weights"))), parts.parameters);
const tangentOf = (parts: PassParts): Node => jvp([parts.losses], parts.parameters, parts.perParameter("direction"))[0];

export const lossesPass: Pass = { name: "losses", results: ({ losses }) => ({ losses }) };

export const tokenLossesPass: Pass = {
  name: "tokenLosses",
  results: ({ tokenLosses, prediction: { mask } }) => ({
    tokenLosses: mask === undefined ? tokenLosses : mul(tokenLosses, mask),
  }),
};

export const gradientPass: Pass = {
  name: "gradient",
  results: (parts) => parts.named("gradient", gradientOf(parts)),
};

export const lossGradientPass: Pass = {
  name: "lossGradient",
  results: (parts) => ({ losses: parts.losses, ...parts.named("gradient", gradientOf(parts)) }),
};

export const tokenGradientPass: Pass = {
  name: "tokenGradient",
  results(parts) {
    const weighted = sum(mul(parts.tokenLosses, parts.perToken("tokenWeights")));
    return parts.named("gradient", grad(weighted, parts.parameters));
  },
};

export const tangentPass: Pass = { name: "tangent", results: (parts) => ({ contributions: tangentOf(parts) }) };

export const lossTangentPass: Pass = {
  name: "lossTangent",
  results: (parts) => ({ losses: parts.losses, contributions: tangentOf(parts) }),
};

export const lossTangentGradientPass: Pass = {
  name: "lossTangentGradient",
  results: (parts) => ({
    losses: parts.losses,
    contributions: tangentOf(parts),
    ...parts.named("gradient", gradientOf(parts)),
  }),
};

export const costatePass: Pass = {
  name: "costate",
  results(parts) {
    const gradient = gradientOf(parts);
    const [contributions, ...product] = jvp(
      [parts.losses, ...gradient],
      parts.parameters,
      parts.perParameter("direction"),
    );
    return { contributions, ...parts.named("product", product) };
  },
};
