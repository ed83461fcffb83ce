import { mul, sigmoid, softplus, sub } from "../graph/elementwise.js";
import { matmul } from "../graph/matmul.js";
import type { Node } from "../graph/node.js";
import { reshape } from "../graph/shaping.js";
import type { Model } from "./model.js";

/**
 * One linear unit with the logistic loss: l = -ln p(y | x), p(1 | x) = sigmoid(w . x), so that
 * l = softplus((1 - 2 y) (w . x)). Labels y are 0 or 1. The equal softplus(w . x) - y (w . x) would lose the losses of
 * well learned examples, and their gradients, to cancellation. DESIGN section 5.
 */
export function perceptron({ dimension }: { dimension: number }): Model {
  return {
    name: "perceptron",
    parameters: [{ name: "weight", shape: [dimension, 1], initial: { uniformFanIn: dimension } }],
    outcomes: 2,
    matrixParameters: dimension,
    fields: { x: { shape: [dimension], kind: "float" }, y: { shape: [], kind: "float" } },
    losses({ weight }, { x, y }) {
      return softplus(wrongness(weight, x, y));
    },
    logits: ({ weight }, { x }) => score(x, weight),
    // d softplus(s) / ds = sigmoid(s).
    outputGradientNorms: ({ weight }, { x, y }) => sigmoid(wrongness(weight, x, y)),
  };
}

/** (1 - 2 y) (w . x): the log-odds of the other label, [B]. */
function wrongness(weight: Node, x: Node, y: Node): Node {
  return mul(sub(1, mul(2, y)), score(x, weight));
}

/** w . x for each of B examples, [B]. */
function score(x: Node, weight: Node): Node {
  return reshape(matmul(x, weight), [x.shape[0]]);
}
