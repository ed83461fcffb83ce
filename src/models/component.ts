import type { z } from "zod";
import type { Component, Declared, Settings } from "../base/component.js";
import type { Model } from "./model.js";

/** What the data decide of a model. */
export interface ModelFacts {
  /** V, with padding (id 0) counted; of text. */
  readonly vocabulary: number;
  /** S, tokens predicted per example; of text. */
  readonly length: number;
}

/** A model that `model.kind` of a configuration can name. */
export interface ModelComponent extends Component<ModelFacts, Model> {
  /** The name of the source of data whose examples it takes (runs/problem). */
  readonly reads: "text" | "gaussians";
  /** What it is with these settings, after an article: "perceptron with 128 inputs". */
  inWords(settings: Settings): string;
}

/** Declares a model. */
export function model<Schema extends z.ZodObject>(
  declared: Omit<Declared<ModelComponent, Schema>, "inWords"> & { inWords(settings: z.output<Schema>): string },
): ModelComponent {
  return declared as unknown as ModelComponent;
}
