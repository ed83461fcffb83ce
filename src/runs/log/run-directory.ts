import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import {
  asInputError,
  isTemporary,
  makeFolder,
  removeTemporary,
  syncFolder,
  writeFileAtomically,
} from "../../files/atomic-file.js";
import { LOCK } from "../../files/folder-lock.js";
import { damaged, readYaml } from "../../files/json-file.js";
import { cutFile } from "../../files/json-lines.js";
import { fileDigest, fileSize } from "../../files/read-file.js";
import { type KindName, kinds, type Runs } from "../kinds.js";
import { refuseOtherConfig } from "./config-difference.js";
import type { RunConfig, RunKind, RunParts } from "./run.js";
import { readState, writeState } from "./run-state.js";
import { FORMAT, readFormat, refuseOtherVersions, VERSIONS, writeVersions } from "./versions.js";

/*
 * The directory of a run:
 *
 *   config.yaml     the full configuration
 *   versions.json   the format of this directory, the kind of the run, and what it was computed with
 *   state.json      where to continue: how many epochs or steps are finished, and how much of the lines
 *
 * its lines (one for every epoch or evaluation) and a folder of what it keeps, both named by the kind of run, and what else
 * a command keeps there, each file written atomically. A unit of work first writes its files, then appends its line, then
 * replaces state.json, which alone says that it is finished. Killed in between, all since the last state is computed again
 * and writes the same bytes: lines that state.json does not know of are cut off first.
 */

const CONFIG = "config.yaml";
/** Marks a folder that holds the runs of several seeds, and is no run itself. */
export const SEEDS = "seeds.json";
/** There from the first moment of a run's creation to the last; it marks a directory that is ours and no run yet. */
const CREATING = ".creating";

const Config = z.record(z.string(), z.unknown());

/**
 * Makes the directory of a new run. A directory whose creation was interrupted is no run, and is created over.
 *
 * @throws InputError if the directory exists and is not empty, or cannot be written
 */
export function createRun<Name extends KindName = "search">(
  directory: string,
  config: RunConfig,
  kindName = "search" as Name,
): Runs[Name] {
  const kind: RunKind<object, Runs[Name]> = kinds[kindName];
  const path = (name: string) => join(directory, name);
  let made: string | undefined;
  try {
    refuseExistingRun(directory);
    made = makeFolder(directory, `cannot create the run directory ${directory}`);
    writeFileSync(path(CREATING), "");
    removeTemporary(directory);
    syncFolder(directory);
    writeFileAtomically(path(CONFIG), toYaml(config));
    writeFileAtomically(path(kind.lines), "");
    mkdirSync(path(kind.folder), { recursive: true });
    writeState(directory, kind.state, { finished: 0, bytes: 0 });
    writeVersions(directory, kind.name, fileDigest(path(CONFIG)));
    rmSync(path(CREATING));
    syncFolder(directory);
  } catch (error) {
    throw asInputError(error, `cannot create the run directory ${directory}`);
  }
  return kind.open({ ...readRun(directory, kind), made });
}

/** @throws InputError if a new run cannot be made in this directory because there is something in it */
export function refuseExistingRun(directory: string): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory()) throw new InputError(`${directory} is a file; choose another --out`);
  const names = readdirSync(directory).filter((name) => name !== LOCK && !isTemporary(name));
  if (names.length > 0 && !names.includes(CREATING))
    throw new InputError(`${directory} exists; choose another --out or continue it with --resume`);
}

/** Whether there is a run in this directory. */
export function isRun(directory: string): boolean {
  return existsSync(join(directory, VERSIONS)) && !existsSync(join(directory, CREATING));
}

/** Which kind of run is in this directory; a search where there is none that can be read. */
export function runKind(directory: string): KindName {
  try {
    const { kind } = readFormat(directory);
    return Object.hasOwn(kinds, kind) ? (kind as KindName) : "search";
  } catch {
    return "search";
  }
}

/**
 * Opens the directory of a run to read it; nothing in it is changed.
 *
 * @throws InputError if it is no run directory, is damaged, holds another kind of run, or was written by a later program
 *   with another format of it
 */
export function openRun<Name extends KindName = "search">(directory: string, kindName = "search" as Name): Runs[Name] {
  const kind: RunKind<object, Runs[Name]> = kinds[kindName];
  return kind.open(readRun(directory, kind));
}

/**
 * Opens the directory of a run to continue it after what is finished; lines of what is not are cut off.
 *
 * @throws InputError as `openRun`, if the run is of an earlier program, and if `config` is not the run's own, naming the
 *   first key that differs
 */
export function resumeRun<Name extends KindName = "search">(
  directory: string,
  config: RunConfig,
  kindName = "search" as Name,
): Runs[Name] {
  const kind: RunKind<object, Runs[Name]> = kinds[kindName];
  const parts = readRun(directory, kind);
  if (parts.format < FORMAT)
    throw new InputError(
      `${directory} was begun with an earlier version of learning-law (format ${parts.format}): it can be read and not ` +
        "continued; start a new run",
    );
  refuseOtherConfig(directory, parts.config, parse(toYaml(config)));
  refuseOtherVersions(directory);
  for (const folder of [directory, join(directory, kind.folder)]) removeTemporary(folder);
  cutFile(join(directory, kind.lines), parts.state.bytes);
  return kind.open(parts);
}

function readRun(directory: string, kind: RunKind<object, unknown>): RunParts {
  const path = (name: string) => join(directory, name);
  if (!existsSync(directory)) throw new InputError(`there is no run ${directory}`);
  if (existsSync(path(CREATING))) {
    throw new InputError(`${directory} is not a run: its creation was interrupted; start it again without --resume`);
  }
  if (existsSync(path(SEEDS)))
    throw new InputError(`${directory} holds the runs of several seeds; name one of them, such as ${path("seed-1")}`);
  if (!existsSync(path(VERSIONS))) throw new InputError(`${directory} is not a run directory: it has no ${VERSIONS}`);

  const { format, kind: found, config: digest } = readFormat(directory);
  if (found !== kind.name)
    throw new InputError(`${directory} is the directory of a ${found}, and that of a ${kind.name} is wanted`);
  if (digest !== undefined && digest !== fileDigest(path(CONFIG))) throw damaged(path(CONFIG));
  const config = readYaml(path(CONFIG), Config);
  const state = readState(directory, kind.state);
  const size = fileSize(path(kind.lines));
  if (size < state.bytes) {
    throw new InputError(`${path(kind.lines)} is damaged: it has ${size} bytes, and had ${state.bytes}`);
  }
  return { directory, format, config, state };
}

function toYaml(config: RunConfig): string {
  return stringify(config, { aliasDuplicateObjects: false });
}
