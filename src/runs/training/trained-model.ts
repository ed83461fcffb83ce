import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { loadTokenizer, type StorableTokenizer, type StoredTokenizer } from "../../data/tokenizers/tokenizer.js";
import type { ModelFacts } from "../../models/component.js";
import type { Model } from "../../models/model.js";
import { models } from "../../models/registry.js";
import { readConfig } from "../log/read-config.js";
import { openRun } from "../log/run-directory.js";
import { textModels, textOf } from "../problem/text-models.js";
import { loadModel } from "./checkpoint.js";
import type { TrainingRun } from "./training-kind.js";

/** Which of a training's checkpoints: the newest, the kept one with the lowest validation loss, or that after a step. */
export type CheckpointChoice = "newest" | "best" | number;

/** The model of a checkpoint of a training run, with its tokenizer. */
export interface TrainedModel {
  /** The run's directory. */
  readonly run: string;
  /** Steps it was trained for. */
  readonly step: number;
  /** V and S. */
  readonly shape: ModelFacts;
  readonly model: Model;
  readonly theta: Float32Array;
  readonly tokenizer: StorableTokenizer;
}

const Stored: z.ZodType<StoredTokenizer> = z.object({
  kind: z.enum(["mistral", "huggingface"]),
  json: z.string().optional(),
  kept: z.array(z.int().min(0)),
});

/**
 * Opens what a training in mini-batches has learned so far.
 *
 * @throws InputError if the directory is no training, has no such checkpoint or is damaged, or if the model reads no text
 */
export function openTrainedModel(directory: string, choice: CheckpointChoice = "newest"): TrainedModel {
  const run = openRun(directory, "training");
  const config = readConfig(run);
  const text = textOf(config);
  if (text === undefined)
    throw new InputError(
      `${directory} is the training of a ${config.model.kind}, which has no text; train a ${textModels()}`,
    );
  if (run.finished === 0)
    throw new InputError(`${directory} has no checkpoint yet; continue its training with train --resume`);
  const step = chosenStep(run, choice);
  const tokenizer = loadTokenizer(run.read("vocabulary.json", Stored));
  const shape = { length: text.length, vocabulary: tokenizer.size };
  const model = models.create(config.model, shape);
  // Checkpoints hold float32.
  const theta = loadModel(run.checkpointPaths(step).model, model) as Float32Array;
  return { run: directory, step, shape, model, theta, tokenizer };
}

function chosenStep(run: TrainingRun, choice: CheckpointChoice): number {
  if (choice === "newest") return run.finished;
  const kept = run.checkpointSteps();
  if (choice !== "best") {
    if (kept.includes(choice)) return choice;
    throw new InputError(
      `${run.directory} keeps no checkpoint of step ${choice}; it keeps those of ${kept.join(", ")}`,
    );
  }
  // Not by the test loss: what is chosen by it would be measured too well.
  const losses = new Map(run.readMetrics().map(({ step, validationLoss }) => [step, validationLoss]));
  const measured = kept.filter((step) => losses.has(step));
  if (measured.length === 0)
    throw new InputError(
      `${run.directory} keeps no checkpoint at which the loss was measured; give --checkpoint newest or a step of ${kept.join(", ")}`,
    );
  return measured.reduce((best, step) => (losses.get(step)! < losses.get(best)! ? step : best));
}
