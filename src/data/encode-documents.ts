import { type Preparation, pause } from "./preparation.js";
import type { Document } from "./readers/corpus.js";
import type { Tokenizer } from "./tokenizers/vocabulary.js";
import type { Ids } from "./windows.js";

/** Of documents that are given to a tokenizer at a time. */
const CHARACTERS = 2 ** 20;

/** The ids of each document, in their order. */
export async function* encoded(
  documents: readonly Document[],
  tokenizer: Tokenizer,
  preparation: Preparation = {},
): AsyncGenerator<Ids> {
  for (let first = 0; first < documents.length; ) {
    let last = first;
    for (let characters = 0; last < documents.length && characters < CHARACTERS; last++)
      characters += documents[last].text.length;
    const texts = documents.slice(first, last).map(({ text }) => text);
    const pieces: Ids[][] = texts.map(() => []);
    for await (const { text, ids } of tokenizer.encodePieces(texts)) pieces[text].push(packedIds(ids, tokenizer.size));
    for (const ofDocument of pieces) yield joined(ofDocument);
    first = last;
    await pause(preparation);
  }
}

/** The ids in as few bytes as the number of tokens allows. */
function packedIds(ids: readonly number[], tokens: number): Ids {
  return tokens <= 2 ** 16 ? Uint16Array.from(ids) : Int32Array.from(ids);
}

function joined(pieces: readonly Ids[]): Ids {
  const [first] = pieces;
  if (pieces.length === 1) return first;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const all = first instanceof Uint16Array ? new Uint16Array(length) : new Int32Array(length);
  let filled = 0;
  for (const piece of pieces) {
    all.set(piece, filled);
    filled += piece.length;
  }
  return all;
}
