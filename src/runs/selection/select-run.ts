import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { type Carry, refuseOwnNames, requiredColumns } from "../../data/readers/carried-columns.js";
import { type CorpusFile, corpusFiles, refuseMissingColumns } from "../../data/readers/corpus.js";
import { loadTokenizer } from "../../data/tokenizers/tokenizer.js";
import { fileDigest } from "../../files/read-file.js";
import { tableFormat } from "../../files/table-file.js";
import { Engine } from "../../passes/engine.js";
import type { Difference } from "../../selection/contribution-scorer.js";
import type { DistilledQuality, HeldOutScores } from "../../selection/distilled-scorer.js";
import { inBlocks, type Packing, scoreDocuments } from "../../selection/document-scores.js";
import type { WindowScorer } from "../../selection/window-scorer.js";
import type { Config } from "../config/config.js";
import type { ComputeRunOptions } from "../log/compute-run.js";
import { batchSize } from "../log/facts.js";
import { readConfig } from "../log/read-config.js";
import { openRun } from "../log/run-directory.js";
import { versions } from "../log/versions.js";
import type { BuiltProblem } from "../problem/build-problem.js";
import { rebuildProblem } from "../problem/rebuild-problem.js";
import { textModels, textOf } from "../problem/text-models.js";
import type { TrainingRun } from "../training/training-kind.js";
import { spreadSteps } from "./checkpoint-directions.js";
import { distilCorpus, type Observe } from "./distil-corpus.js";
import { ObservedCorpus } from "./observed-corpus.js";
import { runScorer } from "./run-scorer.js";
import { type Begun, Quality, SelectionFolder } from "./selection-folder.js";
import { SELECTION_COLUMNS, type Selection, writeSelection } from "./write-selection.js";

/** What is selected from, how much of it, and where to. */
export interface SelectOptions extends Omit<ComputeRunOptions, "dtype"> {
  /** Paths and globs, as `readCorpus` takes them. */
  readonly corpus: readonly string[];
  /** The column of a table that holds the text. */
  readonly column?: string;
  /** Columns of the corpus that go along with its documents; by default `id`, where there is one. */
  readonly carry?: Carry;
  /** Of the corpus's predicted tokens, above 0 and at most 1. */
  readonly fraction: number;
  /** A .parquet or .jsonl file that does not exist yet. */
  readonly out: string;
  /** K, how many of the run's checkpoints to average over; 1, the newest, by default. */
  readonly checkpoints?: number;
  /** Score by a distilled scorer, fitted to the contributions in this many documents; without, by contributions. */
  readonly distil?: number;
  /** Called as each phase goes on. */
  readonly onProgress?: (progress: SelectProgress) => void;
}

/** How far a selection is. */
export interface SelectProgress {
  readonly phase: "sampling" | "scoring" | "writing";
  /** How much of the phase is done, from 0 to 1: of the corpus's bytes. */
  readonly fraction: number;
  /** Documents done in this phase. */
  readonly documents: number;
}

/** What was selected, and by what scores. */
export interface SelectionSummary extends Selection {
  readonly out: string;
  readonly run: string;
  /** The checkpoints that the scores are the mean of, and how contributions were computed there. */
  readonly checkpoints: readonly (Difference & { readonly step: number })[];
  /** Of a distilled scorer. */
  readonly distilled?: DistilledQuality;
}

const count = z.int().min(0);
/** What it is checked by. */
export const SelectionSummary: z.ZodType<SelectionSummary> = z.object({
  ...{ out: z.string(), run: z.string() },
  ...{ documents: count, tokens: count, selectedDocuments: count, selectedTokens: count, leftOut: count },
  threshold: z.number(),
  ...{ selectedNegative: count, positiveShare: z.number() },
  checkpoints: z.array(z.object({ step: count, move: z.number(), error: z.number(), scale: z.number() })),
  distilled: Quality.optional(),
});

/** Characters of text between one writing of scores and the next: what a kill loses. A distilled scorer is faster. */
const BLOCK = { contributions: 2 ** 18, distilled: 2 ** 20 };

/**
 * Scores every document of a corpus by how much learning from it lowers the desired loss of a training run (DESIGN 2.9),
 * and writes those with the highest scores, in the corpus's order, with columns document, file, row, those that `carry` names,
 * text, score and tokens; beside them OUT.selection.json, which a report is drawn from. The corpus is streamed: memory does
 * not depend on the number of its documents. Killed at any moment it can be resumed, and
 * ends with the same bytes as if it had never stopped.
 *
 * Documents of the run's validation and test sets are left out: a model that learned from them would measure too well.
 *
 * @param directory of a training of a transformer
 * @throws InputError for a run, corpus or file that cannot be used, where another process selects into `out`, and to resume with something else than was begun with
 */
export async function selectFromRun(directory: string, options: SelectOptions): Promise<SelectionSummary> {
  refuseOptions(options);
  const resume = options.resume ?? false;
  // A selection that was killed with OUT there already needs neither run nor corpus.
  let folder = resume ? new SelectionFolder(options.out, resume) : undefined;
  try {
    const finished = folder?.finished(SelectionSummary);
    if (finished !== undefined) return finished;
    const run = openRun(directory, "training");
    const config = readConfig(run);
    const steps = chosenSteps(run, config, options.checkpoints ?? 1);
    const { corpus, column, carry, signal } = options;
    const observed = new ObservedCorpus(await corpusFiles(corpus), column, carry, signal);
    if (requiredColumns(observed.carry).length > 0)
      await refuseMissingColumns(corpus, { column, columnOption: "--column", carry, signal });
    folder ??= new SelectionFolder(options.out, resume);
    return await select(run, config, steps, observed, folder, options);
  } catch (error) {
    // Where it failed, it would fail again; where it was ended early, there is nothing to continue from.
    const worthless = options.signal?.aborted ? folder?.isBegun() === false : folder?.hasScores(0) === false;
    if (!resume && worthless) folder?.remove();
    throw error;
  } finally {
    folder?.release();
  }
}

function refuseOptions({ fraction, out, carry }: SelectOptions): void {
  if (!(fraction > 0 && fraction <= 1))
    throw new InputError(`the fraction must be above 0 and at most 1, got ${fraction}`);
  tableFormat(out);
  if (carry !== undefined) refuseOwnNames(carry, SELECTION_COLUMNS);
  if (!existsSync(dirname(out))) throw new InputError(`cannot write ${out}: there is no folder ${dirname(out)}`);
}

/** K of the steps whose models the run keeps, evenly spread, the newest the last. */
function chosenSteps(run: TrainingRun, config: Config, count: number): number[] {
  if (textOf(config) === undefined)
    throw new InputError(
      `${run.directory} is the run of a ${config.model.kind}, which reads no text; give that of a ${textModels()}`,
    );
  return spreadSteps(run, count);
}

async function select(
  run: TrainingRun,
  config: Config,
  steps: readonly number[],
  corpus: ObservedCorpus,
  folder: SelectionFolder,
  options: SelectOptions,
): Promise<SelectionSummary> {
  const { out, distil: sampled, fraction, signal, onBatch, onProgress, memory, device, threads } = options;
  const observe = (phase: SelectProgress["phase"]) => (documents: number, fraction: number) => {
    signal?.throwIfAborted();
    onProgress?.({ phase, fraction, documents });
  };
  const built = await rebuildProblem(run, config, options, "the training", "to select with the run");
  const engine = new Engine(built.problem, { memory, device, threads, signal, onBatch });
  try {
    const contributions = await runScorer(run, config, built, steps, engine);
    folder.begin(begunWith(run, steps, corpus.files, built, options));
    const packing = {
      tokenizer: loadTokenizer(built.tokenizer!),
      length: built.problem.train.fields.tokens.rowShape[0] - 1,
      excluded: built.unseenTexts!,
    };
    const distilled =
      sampled === undefined
        ? undefined
        : await distilCorpus(corpus, sampled, packing, contributions, folder, config.seed, observe("sampling"));
    const [scorer, block] = distilled ? [distilled.scorer, BLOCK.distilled] : [contributions, BLOCK.contributions];
    await scoreCorpus(corpus, packing, scorer, folder, block, observe("scoring"));
    const written = observe("writing");
    const how = { fraction, format: tableFormat(out), length: packing.length };
    const { selection, file, record } = await writeSelection(corpus, folder, how, (documents) =>
      written(documents, corpus.fraction),
    );
    const summary = {
      ...{ out, run: run.directory, ...selection },
      checkpoints: contributions.differences.map((difference, i) => ({ step: steps[i], ...difference })),
      ...(distilled && { distilled: distilled.quality }),
    };
    folder.finish(file, summary, {
      ...{ ...record, fraction, summary },
      ...(distilled && { heldOut: someOf(distilled.heldOut) }),
    });
    return summary;
  } finally {
    await engine.release();
  }
}

/** Held-out windows that a report draws. */
const DRAWN = 500;

/** At most so many of them, evenly spread, as plain lists. */
function someOf({ predicted, measured }: HeldOutScores) {
  const every = Math.ceil(measured.length / DRAWN);
  const some = (values: Float64Array) => [...values].filter((_, i) => i % every === 0);
  return { predicted: some(predicted), measured: some(measured) };
}

/** All that the output depends on. */
function begunWith(
  run: TrainingRun,
  steps: readonly number[],
  corpus: readonly CorpusFile[],
  { problem }: BuiltProblem,
  options: SelectOptions,
): Begun {
  const { fraction, column = null, distil = null, device = "cpu", carry } = options;
  // Node itself only moves numbers.
  const { node, ...computedWith } = versions();
  return {
    ...{ fraction, distil, column, device, batchSize: batchSize(problem, options) },
    ...(carry?.id !== undefined && { id: carry.id }),
    ...(carry !== undefined && carry.columns.length > 0 && { columns: carry.columns }),
    checkpoints: steps.map((step) => ({ step, sha256: fileDigest(run.checkpointPaths(step).model) })),
    optimizer: fileDigest(run.checkpointPaths(run.finished).state),
    ...{ corpus, versions: computedWith },
  };
}

/** Writes the scores of all documents, block by block; blocks that are there are not scored again. */
export async function scoreCorpus(
  corpus: ObservedCorpus,
  packing: Packing,
  scorer: WindowScorer,
  folder: Pick<SelectionFolder, "hasScores" | "writeScores">,
  blockCharacters: number,
  observe: Observe,
): Promise<void> {
  let [number, documents, before] = [0, 0, 0];
  for await (const block of inBlocks(corpus.documents(), blockCharacters)) {
    const { fraction } = corpus;
    if (!folder.hasScores(number)) {
      const onShare = (share: number) => observe(documents, before + share * (fraction - before));
      folder.writeScores(number, await scoreDocuments(block, packing, scorer, onShare));
    }
    number += 1;
    documents += block.length;
    before = fraction;
  }
}
