import { packDocuments, type Row } from "./packing.js";
import { type Preparation, pause } from "./preparation.js";
import type { Document } from "./readers/corpus.js";
import type { Tokenizer } from "./tokenizers/vocabulary.js";

/** Of documents that are encoded at a time: their tokens take some ten times as much until they are packed. */
const CHARACTERS = 2 ** 20;

/** The ids of documents, some documents at a time, and the index of the first of these. */
export async function* encoded(
  documents: readonly Document[],
  tokenizer: Tokenizer,
  preparation: Preparation = {},
): AsyncGenerator<{ first: number; ids: number[][] }> {
  for (let first = 0; first < documents.length; ) {
    let last = first;
    for (let characters = 0; last < documents.length && characters < CHARACTERS; last++)
      characters += documents[last].text.length;
    yield { first, ids: await tokenizer.encode(documents.slice(first, last).map(({ text }) => text)) };
    first = last;
    await pause(preparation);
  }
}

/** The rows of documents (`packDocuments`), those of some documents at a time. */
export async function* packed(
  documents: readonly Document[],
  tokenizer: Tokenizer,
  length: number,
  preparation: Preparation = {},
): AsyncGenerator<Row[]> {
  for await (const { first, ids } of encoded(documents, tokenizer, preparation))
    yield packDocuments(ids, length, tokenizer.separator).map((row) => ({ ...row, document: first + row.document }));
}

/** The rows of all documents. */
export async function allPacked(
  documents: readonly Document[],
  tokenizer: Tokenizer,
  length: number,
  preparation: Preparation = {},
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const some of packed(documents, tokenizer, length, preparation)) for (const row of some) rows.push(row);
  return rows;
}
