import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { loadTokenizer, type StorableTokenizer, type StoredTokenizer } from "../../data/tokenizers/tokenizer.js";
import type { Model } from "../../models/model.js";
import { type TransformerShape, transformer } from "../../models/transformer.js";
import type { TransformerConfig } from "../config/config.js";
import { readConfig } from "../log/read-config.js";
import { openRun } from "../log/run-directory.js";
import { loadModel } from "./checkpoint.js";

/** The model of a training run's newest checkpoint, with its tokenizer. */
export interface TrainedModel {
  /** The run's directory. */
  readonly run: string;
  /** Steps it was trained for. */
  readonly step: number;
  readonly shape: TransformerShape;
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
 * @throws InputError if the directory is no training, has no checkpoint yet or is damaged, or if a perceptron was trained,
 *   which has no text
 */
export function openTrainedModel(directory: string): TrainedModel {
  const run = openRun(directory, "training");
  const config = readConfig(run);
  if (config.model.kind === "perceptron")
    throw new InputError(`${directory} is the training of a perceptron, which has no text; train a transformer`);
  if (run.finished === 0)
    throw new InputError(`${directory} has no checkpoint yet; continue its training with train --resume`);
  const { model: layers, data } = config as TransformerConfig;
  const tokenizer = loadTokenizer(run.read("vocabulary.json", Stored));
  const shape = { ...layers, length: data.length, vocabulary: tokenizer.size };
  const model = transformer(shape);
  // Checkpoints hold float32.
  const theta = loadModel(run.checkpointPaths(run.finished).model, model) as Float32Array;
  return { run: directory, step: run.finished, shape, model, theta, tokenizer };
}
