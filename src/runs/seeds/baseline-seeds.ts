import { InputError } from "../../base/errors.js";
import { isSeedsFolder, readSeeds, seedDirectory } from "./seeds-folder.js";

/**
 * The runs of a folder of seeds that trainings with these seeds are compared with, in their order: pairs of the same seed.
 *
 * @throws InputError if it is no folder of trainings with exactly these seeds
 */
export function baselineSeeds(path: string, seeds: readonly number[]): string[] {
  if (!isSeedsFolder(path))
    throw new InputError(
      `the baseline ${path} must be a folder of the same seeds, as train --seeds ${seeds.length} makes it`,
    );
  const { command, seeds: others } = readSeeds(path);
  if (command !== "train") throw new InputError(`the baseline ${path} holds seeds of ${command}, and not of train`);
  if (others.length !== seeds.length || others[0] !== seeds[0])
    throw new InputError(
      `the baseline ${path} has ${rangeText(others)}, and these are ${rangeText(seeds)}: a pair has one seed`,
    );
  return seeds.map((seed) => seedDirectory(path, seed));
}

function rangeText(seeds: readonly number[]): string {
  return `seeds ${seeds[0]} to ${seeds[seeds.length - 1]}`;
}
