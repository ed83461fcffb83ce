import type { z } from "zod";
import type { Component, Declared } from "../base/component.js";
import { div, mul } from "../graph/elementwise.js";
import type { Node } from "../graph/node.js";
import { sum } from "../graph/reductions.js";
import { reshape } from "../graph/shaping.js";
import type { Prediction } from "../models/model.js";

/** What a prediction costs. */
export interface Loss {
  readonly name: string;
  /** The losses [B, S] of all predictions, those of padding too, in nats. */
  perToken(prediction: Prediction): Node;
}

/** A loss that `loss` of a configuration can name. */
export type LossComponent = Component<undefined, Loss>;

/** Declares a loss. */
export function loss<Schema extends z.ZodObject>(declared: Declared<LossComponent, Schema>): LossComponent {
  return declared as unknown as LossComponent;
}

/**
 * The losses [B] of the examples: the mean of each one's losses over what is not padding.
 *
 * @param tokenLosses [B, S], from `Loss.perToken`
 */
export function exampleLosses(tokenLosses: Node, { mask }: Pick<Prediction, "mask">): Node {
  const [B, S] = tokenLosses.shape;
  if (mask !== undefined) return div(sum(mul(tokenLosses, mask), [1]), sum(mask, [1]));
  return S === 1 ? reshape(tokenLosses, [B]) : div(sum(tokenLosses, [1]), S);
}
