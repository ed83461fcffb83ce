import { beforeAll, describe, expect, it } from "vitest";
import { type Document, readCorpus } from "./corpus.js";
import type { Examples } from "./examples.js";
import { mistralTokenizer } from "./mistral-tokenizer.js";
import { buildTextSplits, type TextSplitOptions, type TextSplits } from "./splits.js";

const OPTIONS: TextSplitOptions = {
  examples: 256,
  desiredExamples: 40,
  length: 16,
  vocabulary: 500,
  tokenizer: "bpe",
  perturbation: { share: 0.5, times: 20 },
};

let stories: Document[] = [];
beforeAll(async () => {
  stories = (await readCorpus(["data/tinystories.txt"])).slice(0, 120);
});

function rowsOf(examples: Examples): number[][] {
  const { data, rowShape } = examples.fields.tokens;
  const rows = Array.from({ length: examples.count }, (_, i) => data.slice(i * rowShape[0], (i + 1) * rowShape[0]));
  return rows.map((row) => Array.from(row, Number));
}

/** The documents that hold the text of each row; byte pairs say all of it, so that it is found as it stands. */
async function documentsOf(splits: TextSplits, examples: Examples, documents: Document[]): Promise<Set<string>> {
  const texts = await splits.tokenizer.decode(rowsOf(examples));
  const sources = texts.map((text) => documents.filter((document) => document.text.includes(text)));
  for (const found of sources) expect(found.length).toBeGreaterThan(0);
  // A short row may be in several documents; only those that are in one tell where the set was taken from.
  return new Set(sources.filter((found) => found.length === 1).map(([document]) => document.text));
}

function expectDisjoint(sets: Set<string>[]): void {
  sets.forEach((set, i) => {
    expect(set.size).toBeGreaterThan(0);
    for (const other of sets.slice(i + 1)) for (const text of set) expect(other.has(text)).toBe(false);
  });
}

/** Words that are one token of Mistral's and in no story. */
async function rareWords(count: number): Promise<string[]> {
  const base = mistralTokenizer();
  const ids = base.tokens.slice(20_000, 30_000);
  const candidates = await base.decode(ids.map((id) => [id]));
  const encoded = await base.encode(candidates);
  const isWord = (word: string, i: number) => /^[a-z]{5,}$/.test(word) && encoded[i].length === 1;
  const all = stories.map((story) => story.text).join(" ");
  return candidates.filter((word, i) => isWord(word, i) && !all.includes(word)).slice(0, count);
}

const CLEAN = { ...OPTIONS, perturbation: { share: 0, times: 0 } };

describe("buildTextSplits", () => {
  it.each(["bpe", "mistral"])("gives the asked number of rows of %s", async (tokenizer) => {
    const splits = await buildTextSplits({ ...OPTIONS, tokenizer }, stories, undefined, 1);
    expect(splits.vocabulary).toBe(500);
    expect(splits.tokenizer.size).toBe(500);
    expect(splits.train.count).toBe(256);
    expect(splits.origins).toHaveLength(256);
    expect(splits.origins.filter((origin) => origin.perturbed)).toHaveLength(128);
    for (const set of [splits.desired, splits.validation, splits.test]) expect(set.count).toBe(40);
    for (const set of [splits.train, splits.desired, splits.validation, splits.test]) {
      expect(set.fields.tokens.rowShape).toEqual([17]);
      expect(set.fields.tokens.data).toBeInstanceOf(BigInt64Array);
      expect(rowsOf(set).every((row) => row.every((id) => id >= 0 && id < 500) && row[2] !== 0)).toBe(true);
    }
    // The text shown is the text that the model sees.
    expect(splits.origins.map((origin) => origin.text)).toEqual(await splits.tokenizer.decode(rowsOf(splits.train)));
  });

  it("never has a document, nor a copy of it, in two sets", async () => {
    const copies = stories.map((document) => ({ ...document, source: `copy of ${document.source}` }));
    const splits = await buildTextSplits(CLEAN, [...stories, ...copies], undefined, 3);
    const sets = [splits.train, splits.desired, splits.validation, splits.test];
    expectDisjoint(await Promise.all(sets.map((set) => documentsOf(splits, set, stories))));
    // Copies among training documents stay: they are part of what a corpus is.
    expect(new Set(splits.origins.map((origin) => origin.document.startsWith("copy")))).toEqual(new Set([true, false]));
  });

  it("names the document of each training example", async () => {
    const splits = await buildTextSplits(CLEAN, stories, undefined, 4);
    for (const { document, text } of splits.origins) {
      expect(stories.find((story) => story.source === document)?.text).toContain(text);
    }
  });

  it("names the window of each training example, by which its text is found in the document", async () => {
    const splits = await buildTextSplits(CLEAN, stories, undefined, 4);
    expect(new Set(splits.origins.map((origin) => origin.window)).size).toBeGreaterThan(3);
    for (const { document, window, text } of splits.origins) {
      const [ids] = await splits.tokenizer.encode([stories.find((story) => story.source === document)!.text]);
      const start = window * OPTIONS.length;
      // The first window begins with the separator, which does not show.
      const [expected] = await splits.tokenizer.decode([ids.slice(Math.max(start - 1, 0), start + OPTIONS.length)]);
      expect(text).toBe(expected);
    }
  });

  it("takes the other sets from desired documents, and their texts out of training", async () => {
    const desired = stories.slice(0, 60);
    const corpus = stories.slice(30);
    const splits = await buildTextSplits(CLEAN, corpus, desired, 5);
    const sets = [splits.desired, splits.validation, splits.test];
    expectDisjoint(await Promise.all(sets.map((set) => documentsOf(splits, set, desired))));
    const training = new Set(splits.origins.map((origin) => origin.document));
    for (const document of desired) expect(training.has(document.source)).toBe(false);
  });

  it("fits the tokenizer on training documents only", async () => {
    // Each document says a rare word of its own often, which only a tokenizer that has seen the document keeps.
    const words = await rareWords(stories.length);
    const marked = stories.map(({ source, text }, i) => ({ source, text: `${`${words[i]} `.repeat(30)}${text}` }));
    const options = { ...CLEAN, tokenizer: "mistral", vocabulary: 300, examples: 1600 };
    const splits = await buildTextSplits(options, marked, undefined, 6);
    const training = new Set(splits.origins.map((origin) => origin.document));
    for (const [i, { source }] of marked.entries()) {
      const [[id]] = await splits.tokenizer.encode([words[i]]);
      if (training.has(source)) expect(id).not.toBe(splits.tokenizer.unknown);
    }
    for (const set of [splits.test, splits.validation, splits.desired]) {
      const [first] = await splits.tokenizer.decode(rowsOf(set));
      expect(first.replaceAll("<unk>", "")).toBe("");
    }
  });

  it("keeps the other sets when N or the noise changes, and changes all with the seed", async () => {
    const splits = await buildTextSplits(OPTIONS, stories, undefined, 7);
    const other = await buildTextSplits({ ...CLEAN, examples: 100 }, stories, undefined, 7);
    for (const set of ["test", "validation", "desired"] as const) {
      expect(rowsOf(other[set])).toEqual(rowsOf(splits[set]));
    }
    const again = await buildTextSplits(OPTIONS, stories, undefined, 7);
    expect(rowsOf(again.train)).toEqual(rowsOf(splits.train));
    expect(again.origins).toEqual(splits.origins);
    const reseeded = await buildTextSplits(OPTIONS, stories, undefined, 8);
    expect(rowsOf(reseeded.test)).not.toEqual(rowsOf(splits.test));
  });

  it("says what to lower where text is short", async () => {
    await expect(buildTextSplits({ ...OPTIONS, examples: 9999 }, stories, undefined, 1)).rejects.toThrow(
      /^\d+ training documents give \d+ examples of 16 tokens, but data\.examples asks for 9999; lower it, or give more text\.$/,
    );
    await expect(buildTextSplits({ ...OPTIONS, desiredExamples: 9999 }, stories, undefined, 1)).rejects.toThrow(
      /^120 documents give \d+ examples of 16 tokens, but data\.desiredExamples asks for 9999 for each of /,
    );
    await expect(buildTextSplits(OPTIONS, stories.slice(0, 3), stories, 1)).rejects.toThrow(
      /^No training documents are left beside [^;]*; give other text as data\.train\.$/,
    );
    await expect(
      buildTextSplits({ ...OPTIONS, desiredExamples: 1 }, stories.slice(0, 4), undefined, 1),
    ).rejects.toThrow(/^\d training documents? give/);
  });

  it("asks for as many documents as there are sets, where lowering K cannot help", async () => {
    const how = "documents are separated by blank lines or <|endoftext|> in a .txt file, and are the rows of a table.";
    const again = { ...stories[0], source: "copy" };
    await expect(
      buildTextSplits({ ...OPTIONS, desiredExamples: 1 }, stories.slice(9), [again, ...stories.slice(0, 2)], 1),
    ).rejects.toThrow(
      "The desired, validation and test sets share no document, so data.desired must hold at least 3 different " +
        `documents, but has 2; ${how}`,
    );
    await expect(buildTextSplits(OPTIONS, stories.slice(0, 3), undefined, 1)).rejects.toThrow(
      "The training, desired, validation and test sets share no document, so data.train must hold at least 4 different " +
        `documents, but has 3; ${how}`,
    );
  });

  it("names the largest K that desired documents have text for", async () => {
    const build = (desiredExamples: number) =>
      buildTextSplits({ ...OPTIONS, desiredExamples }, stories.slice(20), stories.slice(0, 20), 1);
    const { message } = await build(9999).then(
      () => ({ message: "none" }),
      (error: Error) => error,
    );
    const largest = Number(/lower it to (\d+), or give more text\.$/.exec(message)?.[1]);
    expect((await build(largest)).desired.count).toBe(largest);
    await expect(build(largest + 1)).rejects.toThrow(`lower it to ${largest}, or give more text.`);
  });
});
