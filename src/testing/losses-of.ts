import type { DType, Node } from "../graph/node.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import { exampleLosses } from "../losses/loss.js";
import type { Model } from "../models/model.js";

/** The cross-entropy [B] of a model's examples, as a graph. */
export function lossesOf(
  model: Model,
  parameters: Readonly<Record<string, Node>>,
  fields: Readonly<Record<string, Node>>,
  dtype: DType,
): Node {
  const prediction = model.predict(parameters, fields, dtype);
  return exampleLosses(crossEntropy.perToken(prediction), prediction);
}
