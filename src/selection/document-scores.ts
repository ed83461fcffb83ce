import { packDocuments } from "../data/packing.js";
import type { Document } from "../data/readers/corpus.js";
import type { Tokenizer } from "../data/tokenizers/vocabulary.js";
import type { WindowScorer } from "./window-scorer.js";

/** The scores of documents that follow one another in a corpus. */
export interface DocumentScores {
  /** NaN for a document that must not be selected; -Infinity for one without a token. */
  readonly scores: Float64Array;
  /** The predicted tokens of each; 0 for those that must not be selected. */
  readonly tokens: Float64Array;
}

/** How documents become windows. */
export interface Packing {
  readonly tokenizer: Tokenizer;
  /** Predicted tokens in a window. */
  readonly length: number;
  /** Texts of documents that must not be selected. */
  readonly excluded: ReadonlySet<string>;
}

/**
 * A document's score is the mean of its windows' scores, weighted by the tokens that each predicts.
 *
 * @param onShare told what share of the windows is scored
 */
export async function scoreDocuments(
  documents: readonly Document[],
  { tokenizer, length, excluded }: Packing,
  scorer: WindowScorer,
  onShare?: (share: number) => void,
): Promise<DocumentScores> {
  const allowed = documents.flatMap(({ text }, i) => (excluded.has(text) ? [] : [i]));
  const ids = await tokenizer.encode(allowed.map((i) => documents[i].text));
  const rows = packDocuments(ids, length, tokenizer.separator);
  const windowScores = await scorer.score(
    rows.map((row) => row.tokens),
    (done) => onShare?.(done / rows.length),
  );

  const totals = new Float64Array(documents.length);
  const tokens = new Float64Array(documents.length);
  for (const [i, row] of rows.entries()) {
    const predicted = row.tokens.length - 1;
    totals[allowed[row.document]] += windowScores[i] * predicted;
    tokens[allowed[row.document]] += predicted;
  }
  const scores = new Float64Array(documents.length).fill(Number.NaN);
  for (const i of allowed) scores[i] = tokens[i] === 0 ? Number.NEGATIVE_INFINITY : totals[i] / tokens[i];
  return { scores, tokens };
}

/** Groups a corpus into blocks of about so many characters, in order; where they are cut depends on the texts alone. */
export async function* inBlocks(documents: AsyncIterable<Document>, characters: number): AsyncGenerator<Document[]> {
  let block: Document[] = [];
  let total = 0;
  for await (const document of documents) {
    block.push(document);
    // Documents of a word or two cost more than their characters.
    total += document.text.length + 64;
    if (total < characters) continue;
    yield block;
    block = [];
    total = 0;
  }
  if (block.length > 0) yield block;
}
