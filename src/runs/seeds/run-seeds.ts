import { InputError } from "../../base/errors.js";
import type { Config } from "../config/config.js";
import { whileLocked } from "../log/compute-run.js";
import { removeEmptyFolders } from "../log/run.js";
import { isRun } from "../log/run-directory.js";
import {
  followingSeeds,
  forgetSeeds,
  makeSeedsFolder,
  recordSeeds,
  refuseOtherSeeds,
  type SeedsCommand,
  seedDirectory,
} from "./seeds-folder.js";

/** What several seeds are run of, and whether they are continued. */
export interface SeedsOptions {
  /** How many, from 2. */
  readonly count: number;
  /** Continue the seeds in this folder. */
  readonly resume?: boolean;
  /** Aborted, the folder stays, to be continued. */
  readonly signal?: AbortSignal;
}

/** One of several seeds, about to be run. */
export interface SeedTurn<Of extends Config> {
  /** The configuration with its seed. */
  readonly config: Of;
  readonly seed: number;
  /** The place of its run. */
  readonly directory: string;
  /** Whether there is such a run to continue. */
  readonly resume: boolean;
  /** How many were run before it, and how many there are. */
  readonly before: number;
  readonly count: number;
}

/** What came of a seed. */
export type OfSeed<Summary> = Summary & { readonly seed: number };

/**
 * Runs a configuration with its seed and those that follow, one after the other, each in a run directory below one folder
 * with the bytes that it would have alone. Killed at any moment, the folder can be continued, and ends as if it had never
 * stopped. The folder is locked meanwhile. One that fails before anything of its first seed is finished leaves nothing.
 *
 * @throws InputError for a folder that cannot be used, to continue with other seeds or another configuration, and what `run`
 *   throws, with the name of the seed from the second on
 */
export async function runSeeds<Of extends Config, Summary>(
  command: SeedsCommand,
  config: Of,
  directory: string,
  { count, resume, signal }: SeedsOptions,
  run: (turn: SeedTurn<Of>) => Promise<Summary>,
): Promise<OfSeed<Summary>[]> {
  const seeds = followingSeeds(config, count);
  const record = { command, seeds, config };
  if (resume) refuseOtherSeeds(directory, record);
  const made = resume ? undefined : makeSeedsFolder(directory);
  try {
    return await whileLocked(directory, async () => {
      if (!resume) recordSeeds(directory, record);
      try {
        return await inTurn(config, seeds, directory, run);
      } catch (error) {
        if (!resume && !signal?.aborted) forgetSeeds(directory, seeds);
        throw error;
      }
    });
  } finally {
    removeEmptyFolders(directory, made);
  }
}

async function inTurn<Of extends Config, Summary>(
  config: Of,
  seeds: readonly number[],
  directory: string,
  run: (turn: SeedTurn<Of>) => Promise<Summary>,
): Promise<OfSeed<Summary>[]> {
  const summaries: OfSeed<Summary>[] = [];
  for (const [before, seed] of seeds.entries()) {
    const place = seedDirectory(directory, seed);
    const turn = {
      config: { ...config, seed },
      seed,
      directory: place,
      resume: isRun(place),
      before,
      count: seeds.length,
    };
    try {
      summaries.push({ ...(await run(turn)), seed });
    } catch (error) {
      throw ofSeed(error, turn);
    }
  }
  return summaries;
}

/** What is wrong with the first seed is wrong with the input; later, it is of use to know which seed it is. */
function ofSeed(error: unknown, { seed, before }: SeedTurn<Config>): unknown {
  if (before === 0 || !(error instanceof InputError)) return error;
  return new InputError(`seed ${seed}: ${error.message}`, { cause: error });
}
