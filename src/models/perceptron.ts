import { section, whole } from "../base/settings.js";
import { counted } from "../base/words.js";
import { matmul } from "../graph/matmul.js";
import { reshape } from "../graph/shaping.js";
import { model } from "./component.js";
import type { Model } from "./model.js";

/**
 * One linear unit: the log-odds of label 1 are w . x, p(1 | x) = sigmoid(w . x). Labels y are 0 or 1. DESIGN section 5.
 *
 * @param dimension D, the inputs of an example
 */
export function perceptron({ dimension }: { dimension: number }): Model {
  return {
    name: "perceptron",
    parameters: [{ name: "weight", shape: [dimension, 1], initial: { uniformFanIn: dimension } }],
    outcomes: 2,
    matrixParameters: dimension,
    fields: { x: { shape: [dimension], kind: "float" }, y: { shape: [], kind: "float" } },
    predict: ({ weight }, { x, y }) => {
      return { logits: matmul(x, weight), targets: reshape(y, [x.shape[0], 1]), hidden: {} };
    },
  };
}

export const perceptronModel = model({
  name: "perceptron",
  about: "one linear unit with two outcomes, a student of a linear teacher",
  source: "Gu et al. 2024, Towards Optimal Learning of Language Models, arXiv:2402.17759, section 4.1",
  reads: "gaussians",
  settings: section({ dimension: whole(1, 100_000).describe("D, inputs") }),
  inWords: ({ dimension }) => `perceptron with ${counted(dimension, "input")}`,
  create: (settings) => perceptron(settings),
});
