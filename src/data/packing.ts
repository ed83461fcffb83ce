import type { Field } from "./examples.js";
import type { Spans } from "./tokenizers/vocabulary.js";

/** One example: a window of a document, not yet padded. */
export interface Row {
  /** The index of the document in the array that was packed. */
  readonly document: number;
  /** The index of the window in its document. */
  readonly window: number;
  /** At most `length + 1` ids; all but the first are predicted. */
  readonly tokens: readonly number[];
}

/**
 * The fewest tokens that a row may predict. An example's loss is the mean over its tokens, so the last window of a
 * document that predicts its end alone would count for as much as a full one, and the perturbations need two.
 */
export const FEWEST_PREDICTED = 2;

/**
 * Cuts documents into windows of `length` predicted tokens. A separator is put before and after each document; the last
 * token of a window is the first of the next, so that every token after the first is predicted once. Windows that would
 * predict fewer than `FEWEST_PREDICTED` tokens are dropped: at most the final separator of a document is.
 *
 * @param documents ids of each document, without separators
 */
export function packDocuments(documents: readonly (readonly number[])[], length: number, separator: number): Row[] {
  return documents.flatMap((ids, document) => {
    const sequence = [separator, ...ids, separator];
    const rows: Row[] = [];
    for (let start = 0; start + FEWEST_PREDICTED < sequence.length; start += length) {
      rows.push({ document, window: rows.length, tokens: sequence.slice(start, start + length + 1) });
    }
    return rows;
  });
}

/**
 * The part of a document that a window of `packDocuments` shows, the token before the predicted ones included: from the
 * first character of its first token to before `end`.
 *
 * @param spans of the document's tokens
 * @param length as the document was packed
 */
export function windowSpan(spans: Spans, window: number, length: number): { start: number; end: number } {
  // The separator before the document moves its tokens on by one.
  const first = Math.max(0, window * length - 1);
  const last = Math.min(window * length + length, spans.length / 2) - 1;
  return { start: spans[2 * first], end: spans[2 * last + 1] };
}

/** Rows as a field of examples: `[rows, length + 1]` ids, padded at the end. */
export function padRows(rows: readonly (readonly number[])[], length: number, padding: number): Field {
  const width = length + 1;
  const data = new BigInt64Array(rows.length * width).fill(BigInt(padding));
  rows.forEach((tokens, row) => {
    tokens.forEach((id, i) => {
      data[row * width + i] = BigInt(id);
    });
  });
  return { data, rowShape: [width] };
}
