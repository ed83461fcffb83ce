/*
 * What the server and its page say to each other: plain values as JSON. A stream is of server-sent events, named like the
 * keys of `ListEvents` and `RunEvents`.
 */

/** What lies in an entry of the served folder. */
export type EntryKind =
  | "search"
  | "training"
  | "seeds"
  | "reproduction"
  | "selection"
  | "curve"
  | "compression"
  | "folder";

/** How an entry stands: a process computes in it, or it has ended, or can be continued, or is none of these. */
export type EntryState = "running" | "finished" | "stopped" | "failed" | "empty" | "broken";

/** An entry of the list. */
export interface Row {
  /** Its path from the served folder on, with slashes. */
  readonly id: string;
  readonly kind: EntryKind;
  readonly state: EntryState;
  /** What is wrong with it, or what else is to be said, in one sentence; empty where nothing is. */
  readonly note: string;
  /** Finished units of work, and how many there are to be; null where that is not known. */
  readonly done: number | null;
  readonly of: number | null;
  /** What is counted: `steps`. */
  readonly unit: string;
  readonly secondsLeft: number | null;
  /** On test, in nats: the newest of a training, that of the best epoch of a search. */
  readonly loss: number | null;
  /** Of the best epoch of a search, against conventional learning. */
  readonly acceleration: number | null;
  /** When something last changed in it, in milliseconds since 1970. */
  readonly changed: number;
  /** A few test losses (areas of a search), from the first to the newest. */
  readonly spark: readonly number[];
  /** Whether this server's folder knows the process that computes it, which then can be stopped from the page. */
  readonly stoppable: boolean;
  /** Whether the command line can go on with it. */
  readonly resumable: boolean;
}

/** One measurement of a run as its lines hold it: numbers by name, such as `step` and `testLoss`. */
export type Point = Readonly<Record<string, number>>;

/** What `/api/list` sends. */
export interface ListEvents {
  /** Entries that are new or have changed. */
  readonly rows: readonly Row[];
  /** The ids of entries that are there no more. */
  readonly gone: readonly string[];
}

/** What `/api/runs` sends: of several runs over one connection, of which browsers allow few. */
export interface RunsEvents {
  /** What is new of the run of this place among those that were asked for. */
  readonly run: { readonly place: number; readonly news: Partial<RunEvents> };
}

/** What is sent of one run. */
export interface RunEvents {
  readonly row: Row;
  /** The whole curve anew, thinned: at first, and where it was thinned further or its file has become shorter. */
  readonly curve: readonly Point[];
  /** Points that follow it. */
  readonly more: readonly Point[];
  /** The newest point where it is none of the curve's. */
  readonly tip: readonly Point[];
  /** The end of what the process has said, where the server's folder knows it. */
  readonly log: string;
  /** The run is there no more. */
  readonly gone: true;
}

/** What `/api/settings` says of a run: its configuration, and where others have another. */
export interface RunSettings {
  readonly config: string;
  readonly names: readonly string[];
  /** A key with its value in each of the runs, as text; "" where it has none. */
  readonly differences: readonly { readonly key: string; readonly values: readonly string[] }[];
  /** The command that goes on with it; null where it is not to go on. */
  readonly resume: string | null;
}

/** A figure of the report. */
export interface FigureInfo {
  readonly slug: string;
  readonly title: string;
  /** What the run says; of a figure that is absent, why. */
  readonly found: string;
  readonly shows: string;
  readonly theory: string;
  readonly absent: boolean;
}

/** Examples of a run with what its policy made of them. */
export interface ExamplesPage {
  readonly total: number;
  readonly matching: number;
  readonly rows: readonly {
    readonly example: number;
    readonly weight: number | null;
    readonly belief: number | null;
    readonly perturbed: boolean;
    readonly text: string;
  }[];
}

/** A policy as a map: the mean weight in cells of steps and examples, relative to uniform. */
export interface PolicyMap {
  readonly epoch: number;
  readonly epochs: number;
  readonly steps: number;
  readonly examples: number;
  readonly columns: number;
  readonly rows: number;
  /** Row by row, a row being some examples, those with the most weight first; 0 to 255, 128 being uniform. */
  readonly cells: readonly number[];
}

/** A key of a configuration as a form asks for it. */
export interface FormField {
  /** `training.optimizer.momentum`. */
  readonly key: string;
  readonly about: string;
  readonly type: "whole" | "number" | "text" | "choice" | "files";
  /** As it is typed behind `--set key=`. */
  readonly value: string;
  readonly least: number | null;
  readonly most: number | null;
  /** Whether `null` may be given. */
  readonly nullable: boolean;
  readonly choices: readonly { readonly name: string; readonly about: string }[];
  /** The component that has the key, and the field that chooses it: shown while it is chosen. */
  readonly of: { readonly key: string; readonly name: string } | null;
}

/** What a new run is asked for with. */
export interface FormInfo {
  readonly presets: readonly { readonly name: string; readonly about: string }[];
  readonly fields: readonly FormField[];
  /** A directory that is free. */
  readonly out: string;
}

/** What the form has been filled with. */
export interface NewRun {
  readonly command: "search" | "train";
  readonly preset: string;
  /** Values as they are typed, by key. */
  readonly settings: Readonly<Record<string, string>>;
  /** The directory, from the served folder on. */
  readonly out: string;
  /** How many seeds; null for one. */
  readonly seeds: number | null;
  /** Of a search: measure and draw at its end. */
  readonly report: boolean;
}

/** What is said of a new run before it is started. */
export interface CheckedRun {
  /** As a person would type it. */
  readonly line: string;
  /** What is wrong with it, in one sentence; null where nothing is. */
  readonly wrong: string | null;
}

/** What a run or its baseline had cost when it first reached the final loss of the baseline. */
export interface ReachedAt {
  readonly step: number;
  readonly tokens: number;
  readonly work: number;
  readonly seconds: number;
}

/** A training beside the one that it is compared with. */
export interface ComparedRuns {
  /** How many times sooner it is, in each unit; null where it is not there yet, or nothing can be claimed. */
  readonly accelerations: {
    readonly steps: number;
    readonly tokens: number;
    readonly work: number;
    readonly seconds: number;
  } | null;
  /** Why nothing can be claimed; "" where something can. */
  readonly note: string;
  /** The final test loss of the baseline, in nats. */
  readonly target: number;
  readonly reached: ReachedAt | null;
}
