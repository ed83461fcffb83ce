import type { Origin } from "../../data/examples.js";
import { windowSpan } from "../../data/packing.js";
import type { CarriedValues, Carry } from "../../data/readers/carried-columns.js";
import { corpusFiles, type Document, streamCorpus } from "../../data/readers/corpus.js";
import type { Tokenizer } from "../../data/tokenizers/vocabulary.js";
import { inBlocks } from "../../selection/document-scores.js";
import { filesOf } from "./read-text.js";
import type { TextData } from "./text-data.js";

/** What the corpus says of a training example beside its text. */
export interface OriginRow {
  /** Of the example's document. */
  readonly values: CarriedValues;
  /**
   * The part of the text in the document's row that the example was made from, the token before its predicted ones
   * included: characters (Unicode code points) from 0, `end` the first that is not in it.
   */
  readonly start: number;
  readonly end: number;
}

/** Characters of the documents that are cut into tokens at a time. */
const PORTION = 2 ** 20;

/**
 * Reads a corpus again for what training examples were made from.
 *
 * @param origins of the examples, made from this corpus as it is
 * @param tokenizer any that has the base tokenizer of the run: what it keeps of it does not matter
 * @param onProgress told what share of the corpus is read; what it throws ends the work
 * @returns one for each example
 * @throws InputError for a corpus that cannot be read or lacks a column
 */
export async function originRows(
  data: TextData,
  origins: readonly Origin[],
  tokenizer: Tokenizer,
  carry: Carry,
  onProgress?: (fraction: number) => void,
  signal?: AbortSignal,
): Promise<OriginRow[]> {
  const paths = filesOf(data.train);
  const size = (await corpusFiles(paths)).reduce((total, { bytes }) => total + bytes, 0);
  const examplesOf = new Map<string, number[]>();
  for (const [n, { document }] of origins.entries()) {
    const examples = examplesOf.get(document);
    if (examples === undefined) examplesOf.set(document, [n]);
    else examples.push(n);
  }
  const rows = new Array<OriginRow>(origins.length);
  const place = async (documents: readonly Document[]) => {
    const spans = await tokenizer.spans(documents.map(({ text }) => text));
    for (const [i, { source, carried }] of documents.entries()) {
      const { values, indent } = carried!;
      for (const n of examplesOf.get(source)!) {
        const { start, end } = windowSpan(spans[i], origins[n].window, data.length);
        rows[n] = { values, start: indent + start, end: indent + end };
      }
    }
  };

  const onRead = (bytes: number) => onProgress?.(bytes / size);
  const wanted = async function* () {
    const options = { column: data.column ?? undefined, carry, onRead, signal };
    for await (const document of streamCorpus(paths, options)) if (examplesOf.has(document.source)) yield document;
  };
  for await (const documents of inBlocks(wanted(), PORTION)) await place(documents);
  return rows;
}
