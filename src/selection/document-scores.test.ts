import { expect, test } from "vitest";
import type { Document } from "../data/readers/corpus.js";
import type { Tokenizer } from "../data/tokenizers/vocabulary.js";
import { inBlocks, scoreDocuments } from "./document-scores.js";
import type { WindowScorer } from "./window-scorer.js";

/** A token for each digit of a text. */
const digits = (text: string) => Array.from(text.replace(/\D/g, ""), Number);
const tokenizer: Tokenizer = {
  ...{ size: 10, padding: 0, unknown: 1, separator: 2 },
  encode: async (texts) => texts.map(digits),
  async *encodePieces(texts) {
    for (const [text, whole] of texts.entries()) yield { text, ids: digits(whole) };
  },
  spans: async () => [],
  decode: async () => [],
};

/** Scores a window by its second token. */
const scorer: WindowScorer = {
  async score(windows, onWindows) {
    onWindows?.(windows.length);
    return Float64Array.from(windows, (window) => window[1]);
  },
};

const documents = (...texts: string[]): Document[] => texts.map((text, i) => ({ source: `f:${i}`, text }));

test("a document's score is the mean of its windows', weighted by the tokens that they predict", async () => {
  // 2 3 4 5 6 7 8 2 in windows of 4: 3 4 5 6 predicted and 7 8 2, which score 3 and 7.
  const shares: number[] = [];
  const packing = { tokenizer, length: 4, excluded: new Set(["5"]) };
  const some = documents("345678", "5", "no digit", "45");
  const { scores, tokens } = await scoreDocuments(some, packing, scorer, (share) => shares.push(share));
  expect([...tokens]).toEqual([7, 0, 0, 3]);
  expect([...scores]).toEqual([(3 * 4 + 7 * 3) / 7, Number.NaN, Number.NEGATIVE_INFINITY, 4]);
  expect(shares).toEqual([1]);
});

test("blocks follow one another, and end where they hold enough", async () => {
  const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(100));
  const blocks: Document[][] = [];
  const stream = async function* () {
    yield* documents(...texts);
  };
  for await (const block of inBlocks(stream(), 1000)) blocks.push(block);
  expect(blocks.flat()).toEqual(documents(...texts));
  for (const block of blocks.slice(0, -1)) {
    const size = (part: readonly Document[]) => part.reduce((sum, { text }) => sum + text.length + 64, 0);
    expect(size(block)).toBeGreaterThanOrEqual(1000);
    expect(size(block.slice(0, -1))).toBeLessThan(1000);
  }
});
