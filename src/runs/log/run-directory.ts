import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { asInputError, syncFolder, writeFileAtomically, writeFully } from "../../files/atomic-file.js";
import { packageRoot } from "../../files/package-root.js";
import { configDifference } from "./config-difference.js";

/*
 * The directory of a search or a training:
 *
 *   config.yaml                       the full configuration
 *   versions.json                     the format of this directory, and what the run was computed with
 *   state.json                        where to continue: the next epoch or step, and how much of the lines is finished
 *
 *   of a search
 *   metrics.jsonl                     one line for every finished epoch
 *   policies/epoch-0003.safetensors   the policy that an epoch found
 *
 *   of a training
 *   curve.jsonl                       one line for every evaluation
 *   checkpoints/step-000100.safetensors        the model after a step, of all checkpoints
 *   checkpoints/step-000100.state.safetensors  what else going on needs, of the newest
 *
 * and what else a command keeps there, each file written atomically. An epoch first writes its files, then appends its
 * line, then replaces state.json, which alone says that the epoch is over; a checkpoint of a training follows the lines
 * of its steps. Killed in between, all since the last state is computed again and writes the same bytes: lines that
 * state.json does not know of are cut off first.
 */

/** Changes when directories of older programs can no longer be continued or read. */
const FORMAT = 1;

const CONFIG = "config.yaml";
const VERSIONS = "versions.json";
const STATE = "state.json";
/** There from the first moment of a run's creation to the last; it marks a directory that is ours and no run yet. */
const CREATING = ".creating";

/** The resolved configuration: plain objects, lists, strings, numbers, booleans and nulls. */
export type RunConfig = Readonly<Record<string, unknown>>;

const Config = z.record(z.string(), z.unknown());
const Versions = z.looseObject({ format: z.int() });

/** What the two kinds of runs call their lines and files, and the keys of state.json. */
const KINDS = {
  search: { lines: "metrics.jsonl", folder: "policies", finished: "nextEpoch", bytes: "metricsBytes" },
  training: { lines: "curve.jsonl", folder: "checkpoints", finished: "step", bytes: "curveBytes" },
} as const;
export type RunKind = keyof typeof KINDS;

interface State {
  /** Epochs or steps. */
  readonly finished: number;
  /** Of the lines of these. */
  readonly bytes: number;
}

/** A run's directory, open for reading and, by the one process that computes the run, for writing. */
export class Run {
  /** Not for callers: `createRun`, `openRun` and `resumeRun` make runs. */
  constructor(
    readonly directory: string,
    private readonly kind: RunKind,
    readonly config: RunConfig,
    private state: State,
    /** The topmost folder that had to be made for the directory. */
    private readonly made?: string,
  ) {}

  /** How many epochs of a search or steps of a training are finished. */
  get finished(): number {
    return this.state.finished;
  }

  /** The first epoch of a search that is not finished. */
  get nextEpoch(): number {
    return this.state.finished;
  }

  /** Where the file of this name is, or belongs. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** Where the policy that epoch number `epoch` found is, or belongs. */
  policyPath(epoch: number): string {
    return this.path(join(KINDS.search.folder, `epoch-${String(epoch).padStart(4, "0")}.safetensors`));
  }

  /** Where the model after `step` steps of a training is, or belongs, and what else going on from there needs. */
  checkpointPaths(step: number): { readonly model: string; readonly state: string } {
    const path = this.path(join(KINDS.training.folder, `step-${String(step).padStart(6, "0")}`));
    return { model: `${path}.safetensors`, state: `${path}.state.safetensors` };
  }

  /** The epochs whose policies are kept, in order. */
  policyEpochs(): number[] {
    return this.numbersOf(/^epoch-(\d+)\.safetensors$/);
  }

  /** The steps of a training after which the model is kept, in order; the last is `finished`. */
  checkpointSteps(): number[] {
    return this.numbersOf(/^step-(\d+)\.safetensors$/).filter((step) => step <= this.finished);
  }

  private numbersOf(name: RegExp): number[] {
    const names = readdirSync(this.path(KINDS[this.kind].folder));
    const numbers = names.flatMap((file) => name.exec(file)?.[1] ?? []);
    return numbers.map(Number).sort((a, b) => a - b);
  }

  /** Adds the line of an epoch or an evaluation; it counts once `writeState` has said that this is finished. */
  appendMetrics(metrics: object): void {
    this.append(KINDS[this.kind].lines, metrics);
  }

  /** Adds a line of JSON to the file of this name. */
  append(name: string, value: object): void {
    changeFile(this.path(name), "a", (file) => writeFully(file, Buffer.from(`${JSON.stringify(value)}\n`)));
  }

  /** What the JSON file of this name says, if that is what the schema wants. */
  read<T>(name: string, schema: z.ZodType<T>): T {
    return parseAs(schema, readBytes(this.path(name)).toString(), this.path(name));
  }

  /** The lines of all that is finished, in order. */
  readMetrics(): Record<string, unknown>[] {
    const path = this.path(KINDS[this.kind].lines);
    const finished = readBytes(path).toString("utf8", 0, this.state.bytes);
    const lines = finished === "" ? [] : finished.replace(/\n$/, "").split("\n");
    return lines.map((line, i) => parseAs(z.record(z.string(), z.unknown()), line, `line ${i + 1} of ${path}`));
  }

  /** Declares this many epochs or steps, and all lines so far, finished: `resumeRun` continues from here. */
  writeState(finished: number): void {
    this.state = { finished, bytes: statSync(this.path(KINDS[this.kind].lines)).size };
    writeJson(this.path(STATE), stateJson(this.kind, this.state));
  }

  /** Removes the policies of all other epochs, and what a killed process left of a policy that it was writing. */
  keepPolicies(epochs: ReadonlySet<number>): void {
    this.keepFiles(Array.from(epochs, (epoch) => this.policyPath(epoch)));
  }

  /**
   * Keeps the checkpoint after `step` steps, and the models of those that were due before it, every `every` steps. Removes
   * the others, which an interrupted process wrote besides, and what a killed one left of one that it was writing.
   */
  keepCheckpoint(step: number, every: number): void {
    const due = this.numbersOf(/^step-(\d+)\.safetensors$/).filter((other) => other < step && other % every === 0);
    const models = due.map((other) => this.checkpointPaths(other).model);
    this.keepFiles([...models, ...Object.values(this.checkpointPaths(step))]);
  }

  private keepFiles(paths: readonly string[]): void {
    const { folder } = KINDS[this.kind];
    for (const name of readdirSync(this.path(folder))) {
      const path = this.path(join(folder, name));
      if (!paths.includes(path)) rmSync(path);
    }
  }

  /** Removes the run, and of the folders that were made for it those that are empty then. */
  remove(): void {
    for (const name of readdirSync(this.directory)) rmSync(this.path(name), { recursive: true });
    if (this.made === undefined) return;
    const top = resolve(this.made);
    try {
      for (let folder = resolve(this.directory); folder.startsWith(top); folder = dirname(folder)) rmdirSync(folder);
    } catch {
      // Somebody else uses the folder by now.
    }
  }
}

/**
 * Makes the directory of a new run. A directory whose creation was interrupted is no run, and is created over.
 *
 * @throws InputError if the directory exists and is not empty, or cannot be written
 */
export function createRun(directory: string, config: RunConfig, kind: RunKind = "search"): Run {
  const path = (name: string) => join(directory, name);
  const { lines, folder } = KINDS[kind];
  let made: string | undefined;
  try {
    refuseExistingRun(directory);
    made = mkdirSync(directory, { recursive: true });
    writeFileSync(path(CREATING), "");
    syncFolder(directory);
    writeFileAtomically(path(CONFIG), toYaml(config));
    writeFileAtomically(path(lines), "");
    mkdirSync(path(folder), { recursive: true });
    writeJson(path(STATE), stateJson(kind, { finished: 0, bytes: 0 }));
    writeJson(path(VERSIONS), versions());
    rmSync(path(CREATING));
    syncFolder(directory);
  } catch (error) {
    throw asInputError(error, `cannot create the run directory ${directory}`);
  }
  const { config: written, state } = readRun(directory, kind);
  return new Run(directory, kind, written, state, made);
}

/** @throws InputError if a new run cannot be made in this directory because there is something in it */
export function refuseExistingRun(directory: string): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory()) throw new InputError(`${directory} is a file; choose another --out`);
  const names = readdirSync(directory);
  if (names.length > 0 && !names.includes(CREATING))
    throw new InputError(`${directory} exists; choose another --out or continue it with --resume`);
}

/** Whether there is a run in this directory that can be continued. */
export function isRun(directory: string): boolean {
  return existsSync(join(directory, VERSIONS)) && !existsSync(join(directory, CREATING));
}

/** Which kind of run is in this directory; a search where there is none. */
export function runKind(directory: string): RunKind {
  return existsSync(join(directory, KINDS.training.lines)) ? "training" : "search";
}

/**
 * Opens the directory of a run to read it; nothing in it is changed.
 *
 * @throws InputError if it is no run directory, is damaged, holds the other kind of run, or was written by a program
 *   with another format of it
 */
export function openRun(directory: string, kind: RunKind = "search"): Run {
  const { config, state } = readRun(directory, kind);
  return new Run(directory, kind, config, state);
}

/**
 * Opens the directory of a run to continue it after what is finished; lines of what is not are cut off.
 *
 * @throws InputError as `openRun`, and if `config` is not the run's own, naming the first key that differs
 */
export function resumeRun(directory: string, config: RunConfig, kind: RunKind = "search"): Run {
  const { config: before, state } = readRun(directory, kind);
  const difference = configDifference(before, parse(toYaml(config)));
  if (difference) {
    throw new InputError(
      `${difference.key} is ${show(difference.before)} in the run and ${show(difference.after)} now; ` +
        `continue ${directory} with its own configuration or choose another --out`,
    );
  }
  refuseOtherVersions(directory);
  const run = new Run(directory, kind, before, state);
  changeFile(run.path(KINDS[kind].lines), "r+", (file) => ftruncateSync(file, state.bytes));
  return run;
}

function readRun(directory: string, kind: RunKind): { config: RunConfig; state: State } {
  const path = (name: string) => join(directory, name);
  if (!existsSync(directory)) throw new InputError(`there is no run ${directory}`);
  if (existsSync(path(CREATING))) {
    throw new InputError(`${directory} is not a run: its creation was interrupted; start it again without --resume`);
  }
  if (!existsSync(path(VERSIONS))) throw new InputError(`${directory} is not a run directory: it has no ${VERSIONS}`);

  const { format } = parseAs(Versions, readBytes(path(VERSIONS)).toString(), path(VERSIONS));
  if (format !== FORMAT) {
    throw new InputError(`${directory} has format ${format}, and this version of learning-law reads format ${FORMAT}`);
  }
  const other = kind === "search" ? "training" : "search";
  if (existsSync(path(KINDS[other].lines)))
    throw new InputError(`${directory} is the directory of a ${other}, and that of a ${kind} is wanted`);
  const config = parseAs(Config, readBytes(path(CONFIG)).toString(), path(CONFIG), parse);
  const { lines, finished, bytes } = KINDS[kind];
  const schema = z.object({ [finished]: z.int().min(0), [bytes]: z.int().min(0) });
  const written = parseAs(schema, readBytes(path(STATE)).toString(), path(STATE)) as Record<string, number>;
  const state = { finished: written[finished], bytes: written[bytes] };
  const length = readBytes(path(lines)).length;
  if (length < state.bytes) {
    throw new InputError(`${path(lines)} is damaged: it has ${length} bytes, and had ${state.bytes}`);
  }
  return { config, state };
}

/** A state as state.json holds it. */
function stateJson(kind: RunKind, state: State): Record<string, number> {
  const { finished, bytes } = KINDS[kind];
  return { [finished]: state.finished, [bytes]: state.bytes };
}

/** Other versions round otherwise: the run would not end as if it had never stopped. Node itself only moves numbers. */
function refuseOtherVersions(directory: string): void {
  const before = parseAs(Config, readBytes(join(directory, VERSIONS)).toString(), join(directory, VERSIONS));
  const { node, ...now } = versions();
  const difference = configDifference({ ...now, ...before, node: undefined }, now);
  if (difference)
    throw new InputError(
      `${directory} was begun with ${difference.key} ${difference.before}, and this is ${difference.after}; continue it ` +
        "there, or start a new run",
    );
}

/** No names of machines and no times, so that a run that is computed again gives the same bytes. */
export function versions(): Record<string, string | number> {
  const require = createRequire(import.meta.url);
  return {
    format: FORMAT,
    "learning-law": require(join(packageRoot, "package.json")).version,
    node: process.version,
    "onnxruntime-node": require("onnxruntime-node/package.json").version,
    platform: process.platform,
    arch: process.arch,
  };
}

function toYaml(config: RunConfig): string {
  return stringify(config, { aliasDuplicateObjects: false });
}

function writeJson(path: string, value: object): void {
  writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Opens a file, changes it and waits until the change is on the disk. */
function changeFile(path: string, flags: "a" | "r+", change: (file: number) => void): void {
  try {
    const file = openSync(path, flags);
    try {
      change(file);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asInputError(error, `cannot write ${path}`);
  }
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw asInputError(error, `cannot read ${path}`);
  }
}

/** What a text says, if it says what the schema wants; `place` is where the text is from. */
function parseAs<T>(
  schema: z.ZodType<T>,
  text: string,
  place: string,
  parser: (text: string) => unknown = JSON.parse,
): T {
  try {
    return schema.parse(parser(text));
  } catch (error) {
    throw new InputError(`${place} is damaged: it is not what learning-law wrote there`, { cause: error });
  }
}

function show(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
