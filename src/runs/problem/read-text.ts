import { join } from "node:path";
import { createRandom } from "../../base/random.js";
import type { Preparation } from "../../data/preparation.js";
import { streamCorpus } from "../../data/readers/corpus.js";
import { charactersFor, readWithin, sampleDocuments } from "../../data/readers/sample-corpus.js";
import { buildTextSplits } from "../../data/splits.js";
import { packageRoot } from "../../files/package-root.js";
import type { SourcedData } from "./data-source.js";
import type { TextData } from "./text-data.js";

/** The name of the shipped sample, and the file that it stands for. */
const SAMPLE = "tinystories";
const SAMPLE_FILE = join(packageRoot, "data", "tinystories.txt");

/** The paths and globs of a key of the section `data`, the name of the shipped sample as its file. */
export function filesOf(paths: readonly string[]): string[] {
  return paths.map((path) => (path === SAMPLE ? SAMPLE_FILE : path));
}

/**
 * Reads the files of a section `data` and divides them into the four sets. Of a corpus with much more text than the examples
 * need, a sample of documents takes part, so that memory does not grow with it (docs/MEMORY.md).
 *
 * @throws InputError where the files do not suffice, and for desired or test documents that are far more than is needed
 */
export async function readText(data: TextData, seed: number, preparation: Preparation): Promise<SourcedData> {
  const { signal, onStage } = preparation;
  const { length, examples, desiredExamples } = data;
  const options = { column: data.column ?? undefined, signal };
  const read = async (key: string, paths: readonly string[] | null) => {
    if (paths === null) return undefined;
    onStage?.(`reading ${paths.join(", ")}`);
    return readWithin(
      streamCorpus(filesOf(paths), options),
      charactersFor(3 * desiredExamples, length),
      `${key} (${paths.join(", ")})`,
    );
  };
  onStage?.(`reading ${data.train.join(", ")}`);
  const { documents: corpus, of: corpusSize } = await sampleDocuments(
    streamCorpus(filesOf(data.train), options),
    charactersFor(examples + 3 * desiredExamples, length),
    createRandom(seed, "sample of the corpus"),
  );
  const desired = await read("data.desired", data.desired);
  const test = await read("data.test", data.test);
  const perturbation = { share: data.perturbed, times: data.perturbations };
  const splits = await buildTextSplits(
    { ...data, perturbation },
    { corpus, corpusSize, desired, test },
    seed,
    preparation,
  );
  return {
    splits,
    facts: { vocabulary: splits.vocabulary, length: data.length },
    tokenizer: splits.tokenizer.toJSON(),
    unseenTexts: splits.unseenTexts,
  };
}
