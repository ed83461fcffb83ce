import { readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { z } from "zod";
import { LOCK } from "../../files/folder-lock.js";
import { readJson } from "../../files/json-file.js";
import { appendJsonLine, readJsonLines } from "../../files/json-lines.js";
import { type RunState, type StateKeys, writeState } from "./run-state.js";

/** The resolved configuration: plain objects, lists, strings, numbers, booleans and nulls. */
export type RunConfig = Readonly<Record<string, unknown>>;

/** What a kind of run calls its parts, and what its lines hold: all that the log needs to know of it. */
export interface RunKind<Line extends object = object, Opened = Run<Line>> {
  /** As messages and versions.json have it: `search`. */
  readonly name: string;
  /** The file of its lines, one for each unit of work that was measured, such as an epoch. */
  readonly lines: string;
  readonly line: z.ZodType<Line>;
  /** The folder of what it keeps beside the lines. */
  readonly folder: string;
  /** How state.json says how many units are finished, and how many bytes of lines these have. */
  readonly state: StateKeys;
  /** The run with the paths of its kind. */
  readonly open: (parts: RunParts) => Opened;
}

/** What is in a run's directory when it is opened. */
export interface RunParts {
  readonly directory: string;
  /** Of the directory: an older one may be of an earlier program. */
  readonly format: number;
  readonly config: RunConfig;
  readonly state: RunState;
  /** The topmost folder that had to be made for the directory. */
  readonly made?: string;
}

/** A run's directory, open for reading and, by the one process that computes the run, for writing. */
export class Run<Line extends object = object> {
  readonly directory: string;
  /** Of the directory; `FORMAT` unless it is of an earlier program: its configuration may have another shape then. */
  readonly format: number;
  /** As it was written. */
  readonly config: RunConfig;
  private state: RunState;
  private readonly made: string | undefined;

  /** Not for callers: `createRun`, `openRun` and `resumeRun` make runs. */
  constructor(
    private readonly kind: RunKind<Line>,
    { directory, format, config, state, made }: RunParts,
  ) {
    this.directory = directory;
    this.format = format;
    this.config = config;
    this.state = state;
    this.made = made;
  }

  /** How many epochs, steps or other units of work are finished. */
  get finished(): number {
    return this.state.finished;
  }

  /** Where the file of this name is, or belongs. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** Adds the line of what was measured; it counts once `writeState` has said that this is finished. */
  appendMetrics(metrics: Line): void {
    this.append(this.kind.lines, metrics);
  }

  /** Adds a line of JSON to the file of this name. Throws InputError if it cannot be written. */
  append(name: string, value: object): void {
    appendJsonLine(this.path(name), value);
  }

  /** What the JSON file of this name says. Throws InputError if it is not what the schema wants. */
  read<T>(name: string, schema: z.ZodType<T>): T {
    return readJson(this.path(name), schema);
  }

  /** The lines of all that is finished, in order. Throws InputError that names the first one that is damaged. */
  readMetrics(): Line[] {
    const { lines, line } = this.kind;
    const { bytes } = this.state;
    return bytes === 0 ? [] : readJsonLines(this.path(lines), line, { bytes });
  }

  /** Declares this many units of work, and all lines so far, finished: `resumeRun` continues from here. */
  writeState(finished: number): void {
    this.state = { finished, bytes: statSync(this.path(this.kind.lines)).size };
    writeState(this.directory, this.kind.state, this.state);
  }

  /** Removes the run, and of the folders that were made for it those that are empty then. */
  remove(): void {
    for (const name of readdirSync(this.directory)) if (name !== LOCK) rmSync(this.path(name), { recursive: true });
    removeEmptyFolders(this.directory, this.made);
  }

  /** Where the file of this name is, or belongs, in the folder of the run's kind. */
  protected keptPath(name: string): string {
    return this.path(join(this.kind.folder, name));
  }

  /** The numbers in the names of what is kept, in order. */
  protected keptNumbers(name: RegExp): number[] {
    const numbers = readdirSync(this.keptPath("")).flatMap((file) => name.exec(file)?.[1] ?? []);
    return numbers.map(Number).sort((a, b) => a - b);
  }

  /** Removes all that is kept but these, and what a killed process left of a file that it was writing. */
  protected keepOnly(paths: readonly string[]): void {
    for (const name of readdirSync(this.keptPath(""))) {
      const path = this.keptPath(name);
      if (!paths.includes(path)) rmSync(path);
    }
  }
}

/** Removes the folders from `directory` up to `top` that are empty; none where `top` is undefined. */
export function removeEmptyFolders(directory: string, top: string | undefined): void {
  if (top === undefined) return;
  try {
    for (let folder = resolve(directory); folder.startsWith(resolve(top)); folder = dirname(folder)) rmdirSync(folder);
  } catch {
    // There is something in it: the run, or what somebody else keeps there by now.
  }
}
