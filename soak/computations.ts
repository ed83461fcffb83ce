import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { sets, tinyPerceptronSettings, tinyTransformerSettings } from "../src/testing/runs.js";

/** Something that takes long enough to be interrupted, and goes on to the same bytes. */
export interface Computation {
  readonly name: string;
  /** Copies what it starts from into a folder. */
  readonly prepare: (reference: string, folder: string) => void;
  /** What starts it. */
  readonly first: readonly string[];
  /** What continues it. */
  readonly again: readonly string[];
  /** What holds its lock, and what it gives. */
  readonly locked: string;
  readonly results: readonly string[];
  /** Whether it has begun, so that `again` is what a user would type. */
  readonly hasBegun: (folder: string) => boolean;
  /** Whether it is over, so that there is nothing to continue. */
  readonly isOver: (folder: string) => boolean;
}

const copy =
  (...names: string[]) =>
  (reference: string, folder: string) => {
    for (const name of names) cpSync(join(reference, name), join(folder, name), { recursive: true });
  };
const isRun = (name: string) => (folder: string) =>
  existsSync(join(folder, name, "versions.json")) && !existsSync(join(folder, name, ".creating"));
const never = () => false;

const training = [...tinyTransformerSettings("corpus.txt"), "training.steps=60", "training.checkpointEvery=5"];
const search = [...tinyPerceptronSettings, "search.epochs=30"];

const trains = ["train", "quickstart", ...sets(training), "--threads", "1", "--out", "run"];
const searches = ["search", "perceptron", ...sets(search), "--threads", "1", "--out", "searched"];
const selects = ["select", "run", "--corpus", "corpus.txt", "--fraction", "0.5", "--threads", "1", "--out", "s.jsonl"];
const evaluates = ["evaluate", "searched", "--threads", "1"];

/** In an order in which each finds in the reference what those before it gave. */
export const computations: readonly Computation[] = [
  {
    name: "train",
    prepare: copy("corpus.txt"),
    ...{ first: trains, again: [...trains, "--resume"], locked: "run", results: ["run"] },
    ...{ hasBegun: isRun("run"), isOver: never },
  },
  {
    name: "search",
    prepare: () => {},
    ...{ first: searches, again: [...searches, "--resume"], locked: "searched", results: ["searched"] },
    ...{ hasBegun: isRun("searched"), isOver: never },
  },
  {
    name: "select",
    prepare: copy("corpus.txt", "run"),
    ...{ first: selects, again: [...selects, "--resume"], locked: "s.jsonl.partial", results: ["s.jsonl"] },
    hasBegun: (folder) => existsSync(join(folder, "s.jsonl.partial")),
    isOver: (folder) => existsSync(join(folder, "s.jsonl")) && !existsSync(join(folder, "s.jsonl.partial")),
  },
  {
    name: "evaluate",
    prepare: (reference, folder) =>
      cpSync(join(reference, "not-evaluated"), join(folder, "searched"), { recursive: true }),
    ...{ first: evaluates, again: evaluates, locked: "searched", results: ["searched"] },
    ...{ hasBegun: () => true, isOver: never },
  },
];
