import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { readOrigins } from "../export/export-weights.js";
import { digestOf } from "../files/digest.js";
import { tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../testing/runs.js";
import { evaluateRun } from "./evaluation/evaluate-run.js";
import { readExamples, readSteps, readSummary } from "./evaluation/evaluation.js";
import { readFacts } from "./log/facts.js";
import { readConfig } from "./log/read-config.js";
import { openRun } from "./log/run-directory.js";
import { refuseOtherVersions } from "./log/versions.js";
import { loadPolicy } from "./policy-file.js";
import { readBaseline } from "./search/epoch-metrics.js";
import type { SearchRun } from "./search/search-kind.js";
import { runSearch } from "./search/search-run.js";
import { selectFromRun } from "./selection/select-run.js";
import { SelectionFolder } from "./selection/selection-folder.js";
import { loadCheckpoint } from "./training/checkpoint.js";
import { runTraining } from "./training/train-run.js";
import { openTrainedModel } from "./training/trained-model.js";
import { readCosts } from "./training/training-curve.js";

/** Files up to this size are damaged at every byte, larger ones at as many positions as `POSITIONS`. */
const SMALL = 600;
const POSITIONS = 100;

let folder = "";
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "damaged-files-"));
  writeCorpus(at("corpus.txt"));
  const steps = ["training.steps=4", "training.checkpointEvery=2", "training.batch=4"];
  await runTraining(tinyTransformerConfig(at("corpus.txt"), ...steps), at("training"), { threads: 1 });
  await runSearch(tinyPerceptronConfig("search.epochs=1"), at("search"), { threads: 1 });
  await evaluateRun(at("search"), { threads: 1 });
  const stopped = new AbortController();
  const onProgress = ({ phase }: { phase: string }) => {
    if (phase === "writing") stopped.abort(new Error("stopped"));
  };
  const selecting = { corpus: [at("corpus.txt")], fraction: 0.5, out: at("out.jsonl"), distil: 30, threads: 1 };
  await selectFromRun(at("training"), { ...selecting, onProgress, signal: stopped.signal }).catch(() => {});
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Read {
  /** The files that it reads. */
  readonly files: RegExp;
  /** What is read from them, in a copy of the folder. */
  readonly read: (directory: string) => unknown;
}

const training = (directory: string) => openRun(directory, "training");

/** How the files of each kind of folder are read. What no reader reads changes no result. */
const readers: Record<string, readonly Read[]> = {
  training: [
    {
      files: /^(config\.yaml|versions\.json|state\.json)$/,
      read(directory) {
        const run = training(directory);
        refuseOtherVersions(directory);
        return [run.format, run.finished, readConfig(run)];
      },
    },
    {
      files: /^(curve\.jsonl|facts\.json|timings\.jsonl)$/,
      read(directory) {
        const run = training(directory);
        return [readFacts(run), readCosts(run)];
      },
    },
    { files: /^examples\.jsonl$/, read: (directory) => originsIn(directory) },
    { files: /^(vocabulary\.json|checkpoints\/step-000004\.safetensors)$/, read: modelIn },
    {
      files: /^checkpoints\/.*4\.state\.safetensors$/,
      read(directory) {
        const { model } = openTrainedModel(directory);
        return loadCheckpoint(training(directory).checkpointPaths(4), 4, model, false);
      },
    },
  ],
  search: [
    {
      files: /^(metrics\.jsonl|baseline\.json)$/,
      read(directory) {
        const run = openRun(directory);
        return [run.readMetrics(), [...readBaseline(run)]];
      },
    },
    {
      files: /^policies\/.*1\.safetensors$/,
      read: (directory) => loadPolicy(join(directory, "policies", "epoch-0001.safetensors")),
    },
    ...Object.entries({ "summary.json": readSummary, "steps.jsonl": readSteps, "examples.jsonl": readExamples }).map(
      ([name, read]) => ({
        files: new RegExp(`^evaluation/epoch-0001/${name}$`),
        read: (directory: string) => read(evaluated(directory), 1),
      }),
    ),
  ],
  "out.jsonl.partial": [
    {
      files: /^scores-000000\.safetensors$/,
      read: (directory) => inSelection(directory, (selection) => [...selection.scores()]),
    },
    { files: /^scorer\.safetensors$/, read: (directory) => inSelection(directory, (folder) => folder.readScorer()) },
  ],
};

/** As much of a run as reading its evaluation needs. */
const evaluated = (directory: string) => ({ path: (name: string) => join(directory, name) }) as SearchRun;

function inSelection(directory: string, read: (selection: SelectionFolder) => unknown): unknown {
  const selection = new SelectionFolder(directory.replace(/\.partial$/, ""), true);
  try {
    return read(selection);
  } finally {
    selection.release();
  }
}

function originsIn(directory: string): unknown {
  const origins = readOrigins(join(directory, "examples.jsonl"));
  return origins.map(({ document, window, text, perturbed }) => [document, window, text, perturbed]);
}

function modelIn(directory: string): unknown {
  const { theta, tokenizer } = openTrainedModel(directory);
  return [theta, tokenizer.toJSON()];
}

/** Bytes, not text, of arrays: there are many. */
const asText = (value: unknown): string =>
  JSON.stringify(value, (_, part) =>
    ArrayBuffer.isView(part) ? digestOf(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)) : part,
  );

function outcome(read: Read["read"], directory: string): string {
  try {
    return asText(read(directory));
  } catch (error) {
    if (error instanceof InputError) return `refused: ${error.message}`;
    throw error;
  }
}

/** The positions of a file that are damaged. */
function positionsOf(bytes: Buffer, name: string): number[] {
  if (bytes.length <= SMALL) return [...bytes.keys()];
  const random = createRandom(1, name);
  return Array.from({ length: POSITIONS }, () => random.integer(bytes.length));
}

test.each(Object.keys(readers))(
  "in a %s a flipped bit is refused with the file's name or changes nothing; a truncation is refused",
  (kind) => {
    const copy = kind.endsWith(".partial") ? "copy.jsonl.partial" : "copy";
    cpSync(at(kind), at(copy), { recursive: true });
    const names = readdirSync(at(kind), { recursive: true }).map(String);
    const files = names.filter((name) => statSync(at(kind, name)).isFile());
    let damages = 0;
    for (const { files: own, read } of readers[kind]) {
      const whole = outcome(read, at(copy));
      expect(whole).not.toMatch(/^refused/);
      for (const name of files.filter((name) => own.test(name))) {
        const bytes = readFileSync(at(kind, name));
        const random = createRandom(2, name);
        const check = (damaged: Uint8Array, what: string) => {
          writeFileSync(at(copy, name), damaged);
          const found = outcome(read, at(copy));
          damages += 1;
          if (found === whole) return false;
          expect(found.slice(0, 300), `${name} ${what}`).toMatch(/^refused: /);
          expect(found, `${name} ${what}`).toContain(basename(name));
          return true;
        };
        for (const position of positionsOf(bytes, name)) {
          const flipped = Buffer.from(bytes);
          flipped[position] ^= 1 << random.integer(8);
          check(flipped, `with byte ${position} flipped`);
        }
        const lines = [...bytes.keys()].filter((position) => bytes[position] === 10).map((position) => position + 1);
        // Where seconds are missing they are said to be unknown.
        const cuts = name === "timings.jsonl" ? [] : [0, ...positionsOf(bytes, name), ...lines.slice(0, -1)];
        for (const length of new Set(cuts)) {
          const missing = bytes.toString("latin1", length);
          const refused = check(bytes.subarray(0, length), `cut to ${length} of ${bytes.length} bytes`);
          // The end of the last line says nothing.
          if (missing.trim() !== "") expect(refused, `${name} cut to ${length} of ${bytes.length} bytes`).toBe(true);
        }
        writeFileSync(at(copy, name), bytes);
      }
    }
    expect(damages).toBeGreaterThan(300);
    rmSync(at(copy), { recursive: true });
  },
  300_000,
);
