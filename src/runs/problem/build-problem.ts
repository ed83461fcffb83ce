import { join } from "node:path";
import { createRandom } from "../../base/random.js";
import type { Origin } from "../../data/examples.js";
import { drawGaussians } from "../../data/gaussians.js";
import { readCorpus } from "../../data/readers/corpus.js";
import { buildTextSplits } from "../../data/splits.js";
import type { StoredTokenizer } from "../../data/tokenizers/tokenizer.js";
import { packageRoot } from "../../files/package-root.js";
import { initialParameters } from "../../models/model.js";
import { perceptron } from "../../models/perceptron.js";
import { transformer } from "../../models/transformer.js";
import type { LearningProblem } from "../../passes/problem.js";
import type { Config, PerceptronConfig, TransformerConfig } from "../config/config.js";

/** A learning problem with what a person needs to read its results. */
export interface BuiltProblem {
  readonly problem: LearningProblem;
  /** One for each training example. */
  readonly origins: readonly Origin[];
  /** Absent for the perceptron. */
  readonly tokenizer?: StoredTokenizer;
  /** The texts of the documents that the validation and test sets are from, and of `data.test`. Absent for the perceptron. */
  readonly unseenTexts?: ReadonlySet<string>;
}

/** The name of the shipped sample, and the file that it stands for. */
const SAMPLE = "tinystories";
const SAMPLE_FILE = join(packageRoot, "data", "tinystories.txt");

/** Reads or draws the data and initialises the model. Throws InputError where the data does not suffice. */
export function buildProblem(config: Config): Promise<BuiltProblem> {
  return config.model.kind === "transformer"
    ? buildTransformer(config as TransformerConfig)
    : buildPerceptron(config as PerceptronConfig);
}

async function buildTransformer({ model: shape, data, learning, seed }: TransformerConfig): Promise<BuiltProblem> {
  const read = (paths: readonly string[]) =>
    readCorpus(
      paths.map((path) => (path === SAMPLE ? SAMPLE_FILE : path)),
      { column: data.column ?? undefined },
    );
  const corpus = await read(data.train);
  const desired = data.desired === null ? undefined : await read(data.desired);
  const test = data.test === null ? undefined : await read(data.test);
  const perturbation = { share: data.perturbed, times: data.perturbations };
  const splits = await buildTextSplits({ ...data, perturbation }, { corpus, desired, test }, seed);
  const model = transformer({ ...shape, length: data.length, vocabulary: splits.vocabulary });
  const start = initialParameters(model, createRandom(seed, "initial parameters"));
  return {
    problem: { model, ...splits, ...learning, start },
    origins: splits.origins,
    tokenizer: splits.tokenizer.toJSON(),
    unseenTexts: splits.unseenTexts,
  };
}

async function buildPerceptron({
  model: { dimension },
  data,
  learning,
  seed,
}: PerceptronConfig): Promise<BuiltProblem> {
  const splits = drawGaussians({ dimension, ...data }, seed);
  const model = perceptron({ dimension });
  const start = initialParameters(model, createRandom(seed, "initial parameters"));
  return { problem: { model, ...splits, ...learning, start }, origins: splits.origins };
}
