import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { makeFolder, removeTemporary } from "../../files/atomic-file.js";
import { readJson, writeJson } from "../../files/json-file.js";
import type { Config } from "../config/config.js";
import { seedKey } from "../config/sections.js";
import { refuseOtherConfig } from "../log/config-difference.js";
import { refuseExistingRun, SEEDS } from "../log/run-directory.js";

/*
 * The folder of several seeds:
 *
 *   seeds.json   which command runs which seeds, with the configuration of the first
 *   seed-1/      the run of a seed, as that command makes it without --seeds
 */

const commands = ["search", "train"] as const;
/** A command that runs seeds, as seeds.json names it. */
export type SeedsCommand = (typeof commands)[number];

const Recorded = z.object({
  kind: z.literal("seeds"),
  command: z.enum(commands),
  seeds: z.array(z.int().min(0)).min(2),
  config: z.record(z.string(), z.unknown()),
});

/** What seeds.json says. */
export type SeedsRecord = Readonly<z.infer<typeof Recorded>>;

/** Whether there are runs of several seeds in this folder, or are to be. */
export function isSeedsFolder(directory: string): boolean {
  return existsSync(join(directory, SEEDS));
}

/** What the folder of several seeds is of. Throws InputError if it is none, or damaged. */
export function readSeeds(directory: string): SeedsRecord {
  if (!existsSync(directory)) throw new InputError(`there is no folder ${directory}`);
  if (!isSeedsFolder(directory))
    throw new InputError(`${directory} holds no seeds: it has no ${SEEDS}; make it with --seeds`);
  return readJson(join(directory, SEEDS), Recorded);
}

/** The same of a folder of this command's seeds. Throws InputError if they are of another. */
export function readSeedsOf(directory: string, wanted: SeedsRecord["command"]): SeedsRecord {
  const record = readSeeds(directory);
  if (record.command !== wanted)
    throw new InputError(`${directory} holds seeds of ${record.command}, and these are of ${wanted}`);
  return record;
}

/** Where the run of a seed is, or belongs. */
export function seedDirectory(directory: string, seed: number): string {
  return join(directory, `seed-${seed}`);
}

/** The configuration's seed and those that follow. Throws InputError where there are not so many. */
export function followingSeeds({ seed }: Config, count: number): number[] {
  const seeds = Array.from({ length: count }, (_, i) => seed + i);
  if (seedKey.safeParse(seeds[count - 1]).success) return seeds;
  throw new InputError(`there are no ${count} seeds from ${seed} on: set seed to a smaller one`);
}

/**
 * Makes the folder of seeds that are to be run, unless it is there and empty. Returns the topmost of the folders that had to
 * be made for it.
 *
 * @throws InputError if there is something in it, or it cannot be written
 */
export function makeSeedsFolder(directory: string): string | undefined {
  refuseExistingRun(directory);
  return makeFolder(directory, `cannot create the folder ${directory}`);
}

/**
 * Writes down what is run, in a folder that this process has locked.
 *
 * @throws InputError if there is something in it by now, or it cannot be written
 */
export function recordSeeds(directory: string, record: Omit<SeedsRecord, "kind">): void {
  refuseExistingRun(directory);
  removeTemporary(directory);
  writeJson(join(directory, SEEDS), { kind: "seeds", ...record });
}

/** Removes what was written down where no seed has left a run, so that the folder can be used for others at once. */
export function forgetSeeds(directory: string, seeds: readonly number[]): void {
  if (seeds.every((seed) => !existsSync(seedDirectory(directory, seed)))) rmSync(join(directory, SEEDS));
}

/** @throws InputError naming what differs, if the folder's seeds are not those that are to be continued */
export function refuseOtherSeeds(directory: string, wanted: Omit<SeedsRecord, "kind">): void {
  const { seeds, config } = readSeedsOf(directory, wanted.command);
  refuseOtherConfig(directory, config, JSON.parse(JSON.stringify(wanted.config)));
  if (seeds.length !== wanted.seeds.length)
    throw new InputError(
      `${directory} holds ${seeds.length} seeds; continue it with --seeds ${seeds.length} or choose another --out`,
    );
}
