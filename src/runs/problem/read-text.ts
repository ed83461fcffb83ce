import { join } from "node:path";
import type { Preparation } from "../../data/preparation.js";
import { readCorpus } from "../../data/readers/corpus.js";
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

/** Reads the files of a section `data` and divides them into the four sets. Throws InputError where they do not suffice. */
export async function readText(data: TextData, seed: number, preparation: Preparation): Promise<SourcedData> {
  const { signal, onStage } = preparation;
  const read = (paths: readonly string[]) => {
    onStage?.(`reading ${paths.join(", ")}`);
    return readCorpus(filesOf(paths), { column: data.column ?? undefined, signal });
  };
  const corpus = await read(data.train);
  const desired = data.desired === null ? undefined : await read(data.desired);
  const test = data.test === null ? undefined : await read(data.test);
  const perturbation = { share: data.perturbed, times: data.perturbations };
  const splits = await buildTextSplits({ ...data, perturbation }, { corpus, desired, test }, seed, preparation);
  return {
    splits,
    facts: { vocabulary: splits.vocabulary, length: data.length },
    tokenizer: splits.tokenizer.toJSON(),
    unseenTexts: splits.unseenTexts,
  };
}
