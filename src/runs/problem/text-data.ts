import { z } from "zod";
import { section, share, text, whole } from "../../base/settings.js";

const FILES = "a file, a glob or a list of them";
const paths = z.union([text(FILES).transform((path) => [path]), z.array(text(FILES), FILES).min(1, FILES)], {
  error: FILES,
});

/** The schema of that section. */
export const textData = section({
  train: paths.describe("files or globs, or tinystories for the shipped sample"),
  desired: paths.nullable().describe("files that show what is wanted; null takes held-out documents of data.train"),
  test: paths
    .nullable()
    .default(null)
    .describe("files of unseen test text; null takes held-out documents, of data.desired or else of data.train"),
  column: text("the name of a column, or null")
    .nullable()
    .describe("text column of tables; null takes the one called text, or the only one"),
  tokenizer: text("bpe, mistral or the path of a tokenizer.json").describe(
    "bpe (trained on the corpus), mistral, or a tokenizer.json",
  ),
  vocabulary: whole(4, 1_000_000).describe("V: the most frequent tokens are kept"),
  length: whole(2, 65536).describe("tokens predicted per example"),
  examples: whole(1).describe("N, training examples"),
  desiredExamples: whole(1).describe("K, desired examples, and as many for validation and test"),
  perturbed: share().describe("share of training examples to perturb"),
  perturbations: whole(0).describe("perturbations of each of them"),
});

/** The section `data` of a model that reads text. */
export type TextData = z.output<typeof textData>;
