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
import { InputError } from "../errors.js";
import { asInputError, syncFolder, writeFileAtomically, writeFully } from "../files/atomic-file.js";
import { packageRoot } from "../files/package-root.js";
import { configDifference } from "./config-difference.js";

/*
 * The directory of a search or a training:
 *
 *   config.yaml                       the full configuration
 *   versions.json                     the format of this directory, and what the run was computed with
 *   metrics.jsonl                     one line for every finished epoch
 *   policies/epoch-0003.safetensors   the policy that an epoch found
 *   state.json                        where to continue: the next epoch, and how much of metrics.jsonl is finished
 *
 * and what else a command keeps there, each file written atomically. An epoch first writes its files, then appends its
 * line, then replaces state.json, which alone says that the epoch is over. Killed in between, the epoch is computed
 * again from the same state and writes the same bytes: a line that state.json does not know of is cut off first.
 */

/** Changes when directories of older programs can no longer be continued or read. */
const FORMAT = 1;

const CONFIG = "config.yaml";
const VERSIONS = "versions.json";
const METRICS = "metrics.jsonl";
const STATE = "state.json";
const POLICIES = "policies";
/** There from the first moment of a run's creation to the last; it marks a directory that is ours and no run yet. */
const CREATING = ".creating";

/** The resolved configuration: plain objects, lists, strings, numbers, booleans and nulls. */
export type RunConfig = Readonly<Record<string, unknown>>;

const Config = z.record(z.string(), z.unknown());
const Versions = z.looseObject({ format: z.int() });
const State = z.object({ nextEpoch: z.int().min(0), metricsBytes: z.int().min(0) });
type State = z.infer<typeof State>;

/** A run's directory, open for reading and, by the one process that computes the run, for writing. */
export class Run {
  /** Not for callers: `createRun`, `openRun` and `resumeRun` make runs. */
  constructor(
    readonly directory: string,
    readonly config: RunConfig,
    private state: State,
    /** The topmost folder that had to be made for the directory. */
    private readonly made?: string,
  ) {}

  /** The first epoch that is not finished. */
  get nextEpoch(): number {
    return this.state.nextEpoch;
  }

  /** Where the file of this name is, or belongs. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** Where the policy that epoch number `epoch` found is, or belongs. */
  policyPath(epoch: number): string {
    return this.path(join(POLICIES, `epoch-${String(epoch).padStart(4, "0")}.safetensors`));
  }

  /** The epochs whose policies are kept, in order. */
  policyEpochs(): number[] {
    const names = readdirSync(this.path(POLICIES));
    const numbers = names.flatMap((name) => /^epoch-(\d+)\.safetensors$/.exec(name)?.[1] ?? []);
    return numbers.map(Number).sort((a, b) => a - b);
  }

  /** Adds the line of an epoch; it counts once `writeState` has said that the epoch is finished. */
  appendMetrics(metrics: object): void {
    this.append(METRICS, metrics);
  }

  /** Adds a line of JSON to the file of this name. */
  append(name: string, value: object): void {
    changeFile(this.path(name), "a", (file) => writeFully(file, Buffer.from(`${JSON.stringify(value)}\n`)));
  }

  /** What the JSON file of this name says, if that is what the schema wants. */
  read<T>(name: string, schema: z.ZodType<T>): T {
    return parseAs(schema, readBytes(this.path(name)).toString(), this.path(name));
  }

  /** The lines of all finished epochs, in order. */
  readMetrics(): Record<string, unknown>[] {
    const path = this.path(METRICS);
    const finished = readBytes(path).toString("utf8", 0, this.state.metricsBytes);
    const lines = finished === "" ? [] : finished.replace(/\n$/, "").split("\n");
    return lines.map((line, i) => parseAs(z.record(z.string(), z.unknown()), line, `line ${i + 1} of ${path}`));
  }

  /** Declares all epochs before `nextEpoch` finished: `resumeRun` continues from here. */
  writeState(nextEpoch: number): void {
    this.state = { nextEpoch, metricsBytes: statSync(this.path(METRICS)).size };
    writeJson(this.path(STATE), this.state);
  }

  /** Removes the policies of all other epochs, and what a killed process left of a policy that it was writing. */
  keepPolicies(epochs: ReadonlySet<number>): void {
    const kept = new Set(Array.from(epochs, (epoch) => this.policyPath(epoch)));
    for (const name of readdirSync(this.path(POLICIES))) {
      const path = this.path(join(POLICIES, name));
      if (!kept.has(path)) rmSync(path);
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
export function createRun(directory: string, config: RunConfig): Run {
  const path = (name: string) => join(directory, name);
  let made: string | undefined;
  try {
    refuseExistingRun(directory);
    made = mkdirSync(directory, { recursive: true });
    writeFileSync(path(CREATING), "");
    syncFolder(directory);
    writeFileAtomically(path(CONFIG), toYaml(config));
    writeFileAtomically(path(METRICS), "");
    mkdirSync(path(POLICIES), { recursive: true });
    writeJson(path(STATE), { nextEpoch: 0, metricsBytes: 0 } satisfies State);
    writeJson(path(VERSIONS), versions());
    rmSync(path(CREATING));
    syncFolder(directory);
  } catch (error) {
    throw asInputError(error, `cannot create the run directory ${directory}`);
  }
  const { config: written, state } = readRun(directory);
  return new Run(directory, written, state, made);
}

/** @throws InputError if a new run cannot be made in this directory because there is something in it */
export function refuseExistingRun(directory: string): void {
  if (!existsSync(directory)) return;
  if (!statSync(directory).isDirectory()) throw new InputError(`${directory} is a file; choose another --out`);
  const names = readdirSync(directory);
  if (names.length > 0 && !names.includes(CREATING))
    throw new InputError(`${directory} exists; choose another --out or continue it with --resume`);
}

/**
 * Opens the directory of a run to read it; nothing in it is changed.
 *
 * @throws InputError if it is no run directory, is damaged, or was written by a program with another format of it
 */
export function openRun(directory: string): Run {
  const { config, state } = readRun(directory);
  return new Run(directory, config, state);
}

/**
 * Opens the directory of a run to continue it at `nextEpoch`; lines of metrics of unfinished epochs are cut off.
 *
 * @throws InputError as `openRun`, and if `config` is not the run's own, naming the first key that differs
 */
export function resumeRun(directory: string, config: RunConfig): Run {
  const { config: before, state } = readRun(directory);
  const difference = configDifference(before, parse(toYaml(config)));
  if (difference) {
    throw new InputError(
      `${difference.key} is ${show(difference.before)} in the run and ${show(difference.after)} now; ` +
        `continue ${directory} with its own configuration or choose another --out`,
    );
  }
  refuseOtherVersions(directory);
  const run = new Run(directory, before, state);
  changeFile(run.path(METRICS), "r+", (file) => ftruncateSync(file, state.metricsBytes));
  return run;
}

function readRun(directory: string): { config: RunConfig; state: State } {
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
  const config = parseAs(Config, readBytes(path(CONFIG)).toString(), path(CONFIG), parse);
  const state = parseAs(State, readBytes(path(STATE)).toString(), path(STATE));
  const metricsBytes = readBytes(path(METRICS)).length;
  if (metricsBytes < state.metricsBytes) {
    throw new InputError(`${path(METRICS)} is damaged: it has ${metricsBytes} bytes, and had ${state.metricsBytes}`);
  }
  return { config, state };
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
function versions(): Record<string, string | number> {
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
