import type { z } from "zod";
import type { Component, Declared } from "../../base/component.js";
import type { TrainingProblem } from "../../passes/problem.js";
import type { Policy } from "../../search/policy.js";
import type { TrainingSettings } from "../training-settings.js";
import type { OnlinePolicy, PolicyFacts } from "./online-policy.js";

/** What a weighting may need to know of the training that it weighs examples for. */
export interface WeightingFacts extends PolicyFacts {
  readonly problem: TrainingProblem;
  readonly settings: TrainingSettings;
  /** Reads a saved policy of the training's steps and examples, where there are files. */
  readonly readPolicy: (path: string) => Policy;
}

/** A way to weigh the examples of every batch while training. */
export type WeightingComponent = Component<WeightingFacts, OnlinePolicy>;

/** Declares a weighting. */
export function weighting<Schema extends z.ZodObject>(
  declared: Declared<WeightingComponent, Schema>,
): WeightingComponent {
  return declared as unknown as WeightingComponent;
}
