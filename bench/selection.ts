import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packDocuments, padRows } from "../src/data/packing.js";
import { corpusFiles, readCorpus } from "../src/data/readers/corpus.js";
import { loadTokenizer } from "../src/data/tokenizers/tokenizer.js";
import { Engine } from "../src/passes/engine.js";
import { Passes } from "../src/passes/passes.js";
import { resolveConfig } from "../src/runs/config/resolve-config.js";
import { openRun } from "../src/runs/log/run-directory.js";
import { buildProblem } from "../src/runs/problem/build-problem.js";
import { ObservedCorpus } from "../src/runs/selection/observed-corpus.js";
import { runScorer } from "../src/runs/selection/run-scorer.js";
import { scoreCorpus } from "../src/runs/selection/select-run.js";
import { SelectionFolder } from "../src/runs/selection/selection-folder.js";
import { runTraining } from "../src/runs/training/train-run.js";
import { DistilledScorer } from "../src/selection/distilled-scorer.js";
import { BUCKETS } from "../src/selection/hashed-ngrams.js";
import type { WindowScorer } from "../src/selection/window-scorer.js";
import { median } from "./timing.js";

const ROUNDS = 5;
const CORPUS = ["data/tinystories.txt"];

export interface SelectionBench {
  /** Examples (windows of 32 tokens) scored by contributions in a second: read, tokenised, packed, scored, written. */
  readonly selectedExamplesPerSecond: number;
  /** The time of that / one forward pass over the same examples. */
  readonly selectionToForward: number;
  /** The same by a distilled scorer: mostly tokenising. */
  readonly distilledSelectionToForward: number;
}

/** Scores the shipped stories at a checkpoint of `transformer-small`, in turns with one forward pass over them. */
export async function selectionBench(): Promise<SelectionBench> {
  const scratch = mkdtempSync(join(tmpdir(), "bench-selection-"));
  try {
    const config = resolveConfig("transformer-small", ["training.steps=1"]);
    await runTraining(config, join(scratch, "run"));
    const run = openRun(join(scratch, "run"), "training");
    const built = await buildProblem(config);
    const { problem } = built;
    const engine = new Engine(problem);
    const contributions = await runScorer(run, config, built, [1], engine);
    const tokenizer = loadTokenizer(built.tokenizer!);
    const length = problem.train.fields.tokens.rowShape[0] - 1;

    const ids = await tokenizer.encode((await readCorpus(CORPUS)).map(({ text }) => text));
    const windows = packDocuments(ids, length, tokenizer.separator).map(({ tokens }) => tokens);
    const examples = { count: windows.length, fields: { tokens: padRows(windows, length, tokenizer.padding) } };
    const forward = new Passes(engine, examples);
    const corpus = new ObservedCorpus(await corpusFiles(CORPUS));
    const packing = { tokenizer, length, excluded: new Set<string>() };
    const select = async (scorer: WindowScorer) => {
      const folder = new SelectionFolder(join(scratch, "selected.parquet"), false);
      await scoreCorpus(corpus, packing, scorer, folder, 2 ** 18, () => {});
      folder.remove();
    };
    const distilled = new DistilledScorer({ weights: new Float64Array(BUCKETS), intercept: 0 });

    // The first of each compiles its programs.
    await select(contributions);
    await forward.meanLoss(problem.start);
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({
        selection: await seconds(() => select(contributions)),
        distilled: await seconds(() => select(distilled)),
        forward: await seconds(() => forward.meanLoss(problem.start)),
      });
    await engine.release();
    return {
      selectedExamplesPerSecond: median(rounds.map(({ selection }) => windows.length / selection)),
      selectionToForward: median(rounds.map(({ selection, forward }) => selection / forward)),
      distilledSelectionToForward: median(rounds.map(({ distilled, forward }) => distilled / forward)),
    };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
