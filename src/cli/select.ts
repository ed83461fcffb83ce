import { Command, InvalidArgumentError } from "commander";
import type { SelectionSummary, SelectProgress } from "../runs/selection/select-run.js";
import { continuation } from "./command-line.js";
import { withInterrupt } from "./interrupt.js";
import { addResourceOptions, type ResourceOptions } from "./options.js";
import { ProgressBar } from "./progress-bar.js";

interface Options extends ResourceOptions {
  corpus: string[];
  column?: string;
  fraction: number;
  out: string;
  checkpoints: number;
  distil?: number | true;
  resume?: boolean;
  json?: boolean;
}

/** Documents that a distilled scorer is fitted to where `--distil` says no number. */
const SAMPLE = 2000;

export function selectCommand(): Command {
  return addResourceOptions(
    new Command("select")
      .summary("the documents of a large corpus that help the desired text most, by a training run's gradients")
      .description(
        "Scores every document of a corpus, which may be larger than memory and which no model has seen, by its " +
          "contribution: how much a step on it lowers the loss on the desired text of a training run, at the run's " +
          "newest checkpoint. Writes those with the highest scores, in the corpus's order, as a table that data.train " +
          "takes. It can be interrupted, even killed, and continued.",
      )
      .argument("<run>", "the directory of a training of a transformer")
      .requiredOption(
        "--corpus <path>",
        "a file or glob (.txt, .jsonl, .csv, also .gz or .zst; .parquet); may be repeated",
        (path: string, before: string[] = []) => [...before, path],
      )
      .requiredOption("--fraction <share>", "of the corpus's tokens to select, above 0 and at most 1", Number)
      .requiredOption("--out <file>", "a .parquet or .jsonl file")
      .option("--column <name>", "text column of tables (default: the one called text, or the only one)")
      .option("--checkpoints <k>", "of the run to average over, evenly spread", wholeNumber, 1)
      .option(
        "--distil [documents]",
        `score by words alone, fitted to the contributions in so many documents (${SAMPLE}): much faster`,
        wholeNumber,
      )
      .option("--resume", "continue the selection into --out"),
  )
    .addHelpText(
      "after",
      `
Example: learn a little, select, and learn from the selection:
  learning-law train quickstart --set training.optimizer=adamw --set data.desired=wanted.txt --out runs/little
  learning-law select runs/little --corpus 'big/*.jsonl.gz' --fraction 0.4 --out selected.parquet
  learning-law train quickstart --set training.optimizer=adamw --set data.desired=wanted.txt \\
    --set data.train=selected.parquet --out runs/selected

The table has the columns document (file:position), text, score and tokens. A score of 1 is the mean absolute
contribution of the run's own training examples; below 0, learning from the document would do harm. Documents that the
run's validation and test sets are from are left out.`,
    )
    .action(select);
}

async function select(run: string, { distil, json, ...options }: Options): Promise<void> {
  const { corpus, column, fraction, checkpoints } = options;
  const sample = distil === true ? SAMPLE : distil;
  // The engines take longer to load than help or a wrong option should.
  const { selectFromRun } = await import("../runs/selection/select-run.js");
  const more = [
    ...corpus.flatMap((path) => ["--corpus", path]),
    ...["--fraction", String(fraction)],
    ...(column === undefined ? [] : ["--column", column]),
    ...(checkpoints === 1 ? [] : ["--checkpoints", String(checkpoints)]),
    ...(sample === undefined ? [] : ["--distil", String(sample)]),
    ...(json ? ["--json"] : []),
  ];
  const again = continuation("select", run, { ...options, set: [] }, more);
  const progress = new PhaseProgress();
  try {
    const summary = await withInterrupt(`interrupted; continue with: ${again}`, (signal) =>
      selectFromRun(run, { ...options, distil: sample, signal, onProgress: (state) => progress.show(state) }),
    );
    progress.stop();
    if (json) console.log(JSON.stringify(summary));
    else for (const line of inPlainWords(summary)) console.log(line);
  } finally {
    progress.stop();
  }
}

/** A bar for each phase: the time left follows from the phase's own pace. */
class PhaseProgress {
  private bar = new ProgressBar();
  private phase: SelectProgress["phase"] | undefined;

  show({ phase, fraction, documents }: SelectProgress): void {
    if (this.phase !== undefined && phase !== this.phase) {
      this.bar.stop();
      this.bar = new ProgressBar();
    }
    this.phase = phase;
    this.bar.update(fraction, `${phase}  ${documents.toLocaleString("en")} documents`);
  }

  stop(): void {
    this.bar.stop();
  }
}

function inPlainWords(summary: SelectionSummary): string[] {
  const { out, documents, tokens, selectedDocuments, selectedTokens, leftOut, threshold, distilled } = summary;
  const whole = (value: number) => value.toLocaleString("en");
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  const errors = summary.checkpoints.map(({ error }) => error);
  return [
    `${out}: ${whole(selectedDocuments)} of ${whole(documents)} documents, ${whole(selectedTokens)} of ${whole(tokens)} tokens ` +
      `(${percent(selectedTokens / tokens)}), with scores from ${threshold.toFixed(3)}.`,
    ...(leftOut === 0 ? [] : [`Left out: ${whole(leftOut)} documents of the run's validation and test sets.`]),
    ...(distilled === undefined
      ? []
      : [
          `Distilled from ${whole(distilled.windows)} windows; on ${whole(distilled.heldOutWindows)} others the correlation with ` +
            `their contributions is ${distilled.pearson.toFixed(3)} (of ranks: ${distilled.spearman.toFixed(3)}).`,
        ]),
    `Contributions at ${summary.checkpoints.map(({ step }) => `step ${step}`).join(", ")} are within ${percent(Math.max(...errors))} of the exact derivative.`,
  ];
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return number;
}
