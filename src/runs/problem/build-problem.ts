import { createRandom } from "../../base/random.js";
import type { Origin } from "../../data/examples.js";
import type { Preparation } from "../../data/preparation.js";
import { schedules } from "../../descent/schedules/registry.js";
import { losses } from "../../losses/registry.js";
import { initialParameters, predictionsOf } from "../../models/model.js";
import { models } from "../../models/registry.js";
import type { LearningProblem } from "../../passes/problem.js";
import type { Config } from "../config/config.js";
import type { SourcedData } from "./data-source.js";
import { dataSources } from "./registry.js";

/** A learning problem with what a person needs to read its results. */
export interface BuiltProblem extends Pick<SourcedData, "tokenizer" | "unseenTexts"> {
  readonly problem: LearningProblem;
  /** One for each training example. */
  readonly origins: readonly Origin[];
}

/** Reads or draws the data and initialises the model. Throws InputError where the data does not suffice. */
export async function buildProblem(
  { model: chosen, data, loss, learning, seed }: Config,
  { signal, onStage }: Preparation = {},
): Promise<BuiltProblem> {
  const { reads } = models.get(chosen.kind);
  const { splits, facts, ...rest } = await dataSources
    .get(reads)
    .create(data, { model: chosen, seed, signal, onStage });
  const model = models.create(chosen, facts);
  const start = initialParameters(model, createRandom(seed, "initial parameters"));
  const { origins, train, desired, validation, test } = splits;
  const { schedule, ...rates } = learning;
  const problem = {
    model,
    loss: loss && losses.create(loss, undefined),
    train,
    desired,
    validation,
    test,
    ...rates,
    schedule: schedule && schedules.create(schedule, { ...rates, batch: train.count, length: predictionsOf(model) }),
    start,
  };
  return { problem, origins, ...rest };
}
