import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { whole } from "../report/format.js";
import type { SelectionSummary } from "../runs/selection/select-run.js";
import { selectionFolder } from "../runs/selection/selection-folder.js";
import { command } from "./command.js";
import { percent } from "./format.js";
import { carried, resources, wholeNumber } from "./options.js";
import { watch, watchFolder } from "./watch.js";

/** Documents that a distilled scorer is fitted to where `--distil` says no number. */
const SAMPLE = 2000;

export const select = command({
  name: "select",
  summary: "the documents of a large corpus that help the desired text most, by a training run's gradients",
  description:
    "Scores every document of a corpus, which may be larger than memory and which no model has seen, by its " +
    "contribution: how much a step on it lowers the loss on the desired text of a training run, at the run's " +
    "newest checkpoint. Writes those with the highest scores, in the corpus's order, as a table that data.train " +
    "takes. It can be interrupted, even killed, and continued.",
  arguments: [{ name: "<run>", about: "the directory of a training of a transformer" }],
  options: {
    corpus: {
      value: "<path>",
      about: "a file or glob (.txt, .jsonl, .csv, also .gz or .zst; .parquet); may be repeated",
      repeated: true,
      required: true,
    },
    fraction: {
      value: "<share>",
      about: "of the corpus's tokens to select, above 0 and at most 1",
      parse: Number,
      required: true,
    },
    out: { value: "<file>", about: "a .parquet or .jsonl file", required: true },
    column: { value: "<name>", about: "text column of tables (default: the one called text, or the only one)" },
    ...carried,
    checkpoints: {
      value: "<k>",
      about: "of the run to average over, evenly spread",
      parse: wholeNumber(1),
      default: 1,
    },
    distil: {
      value: "[documents]",
      about: `score by words alone, fitted to the contributions in so many documents (${SAMPLE}): much faster`,
      parse: wholeNumber(1),
    },
    resume: { about: "continue the selection into --out" },
    watch,
    ...resources,
  },
  help: `Example: learn a little, select, and learn from the selection:
  learning-law train quickstart --set training.optimizer=adamw --set data.desired=wanted.txt --out runs/little
  learning-law select runs/little --corpus 'big/*.jsonl.gz' --fraction 0.4 --out selected.parquet
  learning-law train quickstart --set training.optimizer=adamw --set data.desired=wanted.txt \\
    --set data.train=selected.parquet --out runs/selected

The table has the columns document (file:row), file, row (counted from 0), your own id where there is one, the columns
that --columns names, text, score and tokens. A score of 1 is the mean absolute contribution of the run's own training
examples; below 0, learning from the document would do harm. Documents that the run's validation and test sets are from
are left out.`,

  async run(context, [run], { id, columns, watch, ...options }) {
    const { compute, continuation } = context;
    const distil = options.distil === true ? SAMPLE : options.distil;
    const howToGoOn = () =>
      existsSync(selectionFolder(options.out)) ? continuation({ distil }) : "nothing was written";
    if (watch) await watchFolder(context, dirname(options.out));
    return compute(howToGoOn, async (signal, bar) => {
      const { selectFromRun } = await import("../runs/selection/select-run.js");
      return selectFromRun(run, {
        ...{ ...options, distil, signal, carry: { id, columns } },
        ...bar.beginning(),
        onProgress: ({ phase, fraction, documents }) =>
          bar.update(fraction, `${phase}  ${whole(documents)} documents`, phase),
      });
    });
  },

  lines(summary) {
    const { out, documents, tokens, selectedDocuments, selectedTokens, leftOut, threshold, distilled, checkpoints } =
      summary;
    const worst = Math.max(...checkpoints.map(({ error }) => error));
    return [
      `${out}: ${whole(selectedDocuments)} of ${whole(documents)} documents, ${whole(selectedTokens)} of ${whole(tokens)} tokens ` +
        `(${percent(selectedTokens / tokens)}), with scores from ${threshold.toFixed(3)}.`,
      ...negativeLines(summary),
      ...(leftOut === 0 ? [] : [`Left out: ${whole(leftOut)} documents of the run's validation and test sets.`]),
      ...(distilled === undefined
        ? []
        : [
            `Distilled from ${whole(distilled.windows)} windows; on ${whole(distilled.heldOutWindows)} others the correlation with ` +
              `their contributions is ${distilled.pearson.toFixed(3)} (of ranks: ${distilled.spearman.toFixed(3)}).`,
          ]),
      `Contributions at ${checkpoints.map(({ step }) => `step ${step}`).join(", ")} are within ${percent(worst)} of the exact derivative.`,
    ];
  },
});

/** What is said where documents are selected from which learning would do harm. */
function negativeLines({ selectedNegative, selectedDocuments, positiveShare }: SelectionSummary): string[] {
  if (selectedNegative === 0) return [];
  // Rounded down: what is shown, given as --fraction, takes no more than the documents that help.
  const helps = Math.floor(positiveShare * 1000) / 1000;
  const advice = helps > 0 ? `--fraction ${helps} takes those that help alone` : "no share of this corpus helps";
  return [
    `${whole(selectedNegative)} of the ${whole(selectedDocuments)} have negative scores: learning from them would do harm. ` +
      `Documents with positive scores hold ${percent(positiveShare)} of the tokens; ${advice}.`,
  ];
}
