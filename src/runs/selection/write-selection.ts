import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { placeOf } from "../../data/examples.js";
import { asInputError, writeFully } from "../../files/atomic-file.js";
import { ColumnTypes } from "../../files/column-types.js";
import { writeParquet } from "../../files/parquet-writer.js";
import type { TableFormat } from "../../files/table-file.js";
import { findThreshold, ThresholdRule } from "../../selection/score-threshold.js";
import type { ObservedCorpus } from "./observed-corpus.js";
import type { SelectionFolder } from "./selection-folder.js";
import { type SelectionRecord, SelectionRecorder } from "./selection-record.js";

/** What was selected of a corpus. */
export interface Selection {
  /** Documents of the corpus, and the tokens predicted in those that could be selected. */
  readonly documents: number;
  readonly tokens: number;
  readonly selectedDocuments: number;
  readonly selectedTokens: number;
  /** Documents that the run's validation and test sets are from. */
  readonly leftOut: number;
  /** The lowest score that is selected. */
  readonly threshold: number;
  /** Of the selected documents, those with negative scores. */
  readonly selectedNegative: number;
  /** The share of the tokens that is in documents with positive scores: the most that is worth selecting. */
  readonly positiveShare: number;
}

const ROWS = "rows.jsonl";
/** The table's own columns, with their types in DuckDB's SQL; those that go along stand between them. */
const PLACE = { document: "VARCHAR", file: "VARCHAR", row: "INTEGER" };
const CONTENT = { text: "VARCHAR", score: "DOUBLE", tokens: "BIGINT" };
export const SELECTION_COLUMNS = { ...PLACE, ...CONTENT };
/** Characters that are written at a time. */
const PORTION = 2 ** 20;

/**
 * Writes the documents whose scores are highest and that together hold the share `fraction` of the tokens, in the corpus's
 * order, to a file in the folder; reads the corpus once more for their texts.
 *
 * @param how.length tokens that a window predicts
 * @param onDocument called for every document read; what it throws ends the work
 * @returns what was selected, the file's name, and what a report is drawn from
 * @throws InputError if nothing can be selected, the corpus has changed, or the disk is full
 */
export async function writeSelection(
  corpus: ObservedCorpus,
  folder: SelectionFolder,
  how: { fraction: number; format: TableFormat; length: number },
  onDocument: (documents: number) => void,
): Promise<{ selection: Selection; file: string; record: SelectionRecord }> {
  const { fraction, format, length } = how;
  let [documents, tokens, leftOut, positiveTokens] = [0, 0, 0, 0];
  for (const block of folder.scores()) {
    documents += block.scores.length;
    tokens += block.tokens.reduce((sum, count) => sum + count, 0);
    positiveTokens += block.tokens.reduce((sum, count, i) => sum + (block.scores[i] > 0 ? count : 0), 0);
    leftOut += block.scores.reduce((sum, score) => sum + Number(Number.isNaN(score)), 0);
  }
  if (tokens === 0)
    throw new InputError(
      `no document of the corpus can be selected: ${leftOut} of ${documents} are among the run's validation and test documents`,
    );
  const threshold = findThreshold(() => folder.scores(), fraction * tokens);

  const rule = new ThresholdRule(threshold);
  const recorder = new SelectionRecorder(folder.scores(), threshold.score, length);
  const scored = scoredDocuments(folder);
  const rows = new LineWriter(join(folder.path, ROWS));
  const { columns } = corpus.carry;
  const types = new ColumnTypes(columns);
  const nothing = Object.fromEntries(columns.map((name) => [name, null]));
  let [read, selectedDocuments, selectedTokens, selectedNegative] = [0, 0, 0, 0];
  try {
    for await (const document of corpus.documents()) {
      const next = scored.next();
      if (next.done) break;
      const { source, text } = document;
      const { score, tokens } = next.value;
      onDocument(++read);
      const selected = rule.selects(score, tokens);
      recorder.add(document, score, tokens, selected);
      if (!selected) continue;
      const values = { ...nothing, ...document.carried?.values };
      types.add(values);
      rows.write(JSON.stringify({ document: source, ...placeOf(source), ...values, text, score, tokens }));
      selectedDocuments += 1;
      selectedTokens += tokens;
      selectedNegative += Number(score < 0);
    }
  } finally {
    rows.close();
  }
  if (read !== documents || scored.next().done !== true)
    throw new InputError("the corpus has changed since it was scored; remove the selection and start it again");
  const selection = {
    ...{ documents, tokens, selectedDocuments, selectedTokens, leftOut, threshold: threshold.score },
    ...{ selectedNegative, positiveShare: positiveTokens / tokens },
  };
  const record = recorder.record();
  if (format === "jsonl") return { selection, file: ROWS, record };
  const file = "selected.parquet";
  await writeParquet(
    join(folder.path, file),
    [join(folder.path, ROWS)],
    { ...PLACE, ...types.types(), ...CONTENT },
    rows.longest,
  );
  return { selection, file, record };
}

function* scoredDocuments(folder: SelectionFolder): Generator<{ score: number; tokens: number }> {
  for (const { scores, tokens } of folder.scores())
    for (let i = 0; i < scores.length; i++) yield { score: scores[i], tokens: tokens[i] };
}

/** Writes lines to a new file, many at a time. */
class LineWriter {
  /** Bytes of the longest line. */
  longest = 0;
  private readonly file: number;
  private pending = "";

  constructor(private readonly path: string) {
    this.file = openSync(path, "w");
  }

  write(line: string): void {
    this.pending += `${line}\n`;
    this.longest = Math.max(this.longest, Buffer.byteLength(line) + 1);
    if (this.pending.length > PORTION) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    try {
      writeFully(this.file, Buffer.from(this.pending));
    } catch (error) {
      throw asInputError(error, `cannot write ${this.path}`);
    }
    this.pending = "";
  }
}
