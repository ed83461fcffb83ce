import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../base/random.js";
import type { Examples } from "./examples.js";
import { type Document, readCorpus } from "./readers/corpus.js";
import { buildTextSplits, type TextSources, type TextSplitOptions, type TextSplits } from "./splits.js";
import { mistralTokenizer } from "./tokenizers/mistral-tokenizer.js";
import { encodeWhole } from "./tokenizers/vocabulary.js";

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
  const encoded = await encodeWhole(base, candidates);
  const isWord = (word: string, i: number) => /^[a-z]{5,}$/.test(word) && encoded[i].length === 1;
  const all = stories.map((story) => story.text).join(" ");
  return candidates.filter((word, i) => isWord(word, i) && !all.includes(word)).slice(0, count);
}

const CLEAN = { ...OPTIONS, perturbation: { share: 0, times: 0 } };

describe("buildTextSplits", () => {
  it.each(["bpe", "mistral"])("gives the asked number of rows of %s", async (tokenizer) => {
    const splits = await buildTextSplits({ ...OPTIONS, tokenizer }, { corpus: stories }, 1);
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

  it("refuses a tokenizer to which most of the training text is unknown, with the share", async () => {
    const folder = mkdtempSync(join(tmpdir(), "splits-"));
    const path = join(folder, "words.json");
    const split = (words: string[]) => {
      const vocab = Object.fromEntries(["[UNK]", ...words].map((word, id) => [word, id]));
      const model = { type: "WordLevel", vocab, unk_token: "[UNK]" };
      writeFileSync(path, JSON.stringify({ version: "1.0", model, pre_tokenizer: { type: "Whitespace" } }));
      const corpus = stories.map(({ source }) => ({ source, text: `known strange word ${source}`.repeat(9) }));
      return buildTextSplits({ ...CLEAN, tokenizer: path, examples: 9, desiredExamples: 9 }, { corpus }, 1);
    };
    try {
      await expect(split(["tractor"])).rejects.toThrow(
        `100% of the training tokens are unknown to the tokenizer ${path} with data.vocabulary 500; give a tokenizer that ` +
          "knows this text, such as bpe, or a larger vocabulary.",
      );
      const common = ["known", "strange", "word", "data", "/", "tinystories", ".", "txt", ":"];
      expect((await split(common)).train.count).toBe(9);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("never has a document, nor a copy of it, in two sets", async () => {
    const copies = stories.map((document) => ({ ...document, source: `copy of ${document.source}` }));
    const splits = await buildTextSplits(CLEAN, { corpus: [...stories, ...copies] }, 3);
    const sets = [splits.train, splits.desired, splits.validation, splits.test];
    expectDisjoint(await Promise.all(sets.map((set) => documentsOf(splits, set, stories))));
    // Copies among training documents stay: they are part of what a corpus is.
    expect(new Set(splits.origins.map((origin) => origin.document.startsWith("copy")))).toEqual(new Set([true, false]));
  });

  it("names the document of each training example", async () => {
    const splits = await buildTextSplits(CLEAN, { corpus: stories }, 4);
    for (const { document, text } of splits.origins) {
      expect(stories.find((story) => story.source === document)?.text).toContain(text);
    }
  });

  it("names the window of each training example, by which its text is found in the document", async () => {
    const splits = await buildTextSplits(CLEAN, { corpus: stories }, 4);
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
    const splits = await buildTextSplits(CLEAN, { corpus, desired }, 5);
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
    const splits = await buildTextSplits(options, { corpus: marked }, 6);
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
    const splits = await buildTextSplits(OPTIONS, { corpus: stories }, 7);
    const other = await buildTextSplits({ ...CLEAN, examples: 100 }, { corpus: stories }, 7);
    for (const set of ["test", "validation", "desired"] as const) {
      expect(rowsOf(other[set])).toEqual(rowsOf(splits[set]));
    }
    const again = await buildTextSplits(OPTIONS, { corpus: stories }, 7);
    expect(rowsOf(again.train)).toEqual(rowsOf(splits.train));
    expect(again.origins).toEqual(splits.origins);
    const reseeded = await buildTextSplits(OPTIONS, { corpus: stories }, 8);
    expect(rowsOf(reseeded.test)).not.toEqual(rowsOf(splits.test));
  });

  it("says what to lower where text is short", async () => {
    await expect(buildTextSplits({ ...OPTIONS, examples: 9999 }, { corpus: stories }, 1)).rejects.toThrow(
      /^\d+ training documents give \d+ examples of 16 tokens, but data\.examples asks for 9999; lower it, or give more text\.$/,
    );
    await expect(
      buildTextSplits({ ...OPTIONS, examples: 9999 }, { corpus: stories, corpusSize: 5000 }, 1),
    ).rejects.toThrow(
      /^\d+ training documents, of a sample of the corpus's 5000, give \d+ examples of 16 tokens, but data\.examples asks for 9999; lower it, or give a tokenizer with shorter tokens\.$/,
    );
    await expect(buildTextSplits({ ...OPTIONS, desiredExamples: 9999 }, { corpus: stories }, 1)).rejects.toThrow(
      /^120 documents give \d+ examples of 16 tokens, but data\.desiredExamples asks for 9999 for each of /,
    );
    await expect(buildTextSplits(OPTIONS, { corpus: stories.slice(0, 3), desired: stories }, 1)).rejects.toThrow(
      /^No training documents are left beside [^;]*; give other text as data\.train\.$/,
    );
    await expect(
      buildTextSplits({ ...OPTIONS, desiredExamples: 1 }, { corpus: stories.slice(0, 4) }, 1),
    ).rejects.toThrow(/^\d training documents? give/);
  });

  it("asks for as many documents as there are sets, where lowering K cannot help", async () => {
    const how = "documents are separated by blank lines or <|endoftext|> in a .txt file, and are the rows of a table.";
    const again = { ...stories[0], source: "copy" };
    await expect(
      buildTextSplits(
        { ...OPTIONS, desiredExamples: 1 },
        { corpus: stories.slice(9), desired: [again, ...stories.slice(0, 2)] },
        1,
      ),
    ).rejects.toThrow(
      "The desired, validation and test sets share no document, so data.desired must hold at least 3 different " +
        `documents, but has 2; ${how}`,
    );
    await expect(buildTextSplits(OPTIONS, { corpus: stories.slice(0, 3) }, 1)).rejects.toThrow(
      "The training, desired, validation and test sets share no document, so data.train must hold at least 4 different " +
        `documents, but has 3; ${how}`,
    );
  });

  it("names the largest K that desired documents have text for", async () => {
    const build = (desiredExamples: number) =>
      buildTextSplits({ ...OPTIONS, desiredExamples }, { corpus: stories.slice(20), desired: stories.slice(0, 20) }, 1);
    const { message } = await build(9999).then(
      () => ({ message: "none" }),
      (error: Error) => error,
    );
    const largest = Number(/lower it to (\d+), or give more text\.$/.exec(message)?.[1]);
    expect((await build(largest)).desired.count).toBe(largest);
    await expect(build(largest + 1)).rejects.toThrow(`lower it to ${largest}, or give more text.`);
  });
});

describe("test documents of their own", () => {
  let test: Document[] = [];
  let others: Document[] = [];
  beforeAll(() => {
    test = stories.slice(0, 40);
    others = stories.slice(40);
  });
  const textsOf = (documents: Document[]) => new Set(documents.map((document) => document.text));
  /** That the set begins with the documents that `purpose` shuffles to the front. */
  const expectFirst = async (splits: TextSplits, set: Examples, documents: Document[], purpose: string) => {
    const [first] = createRandom(7, purpose).permutation(documents.length);
    const [text] = await splits.tokenizer.decode(rowsOf(set).slice(0, 1));
    expect(documents[first].text.startsWith(text)).toBe(true);
  };

  it("are those of the corpus where none are given, in the same order as ever", async () => {
    const splits = await buildTextSplits(CLEAN, { corpus: stories }, 7);
    await expectFirst(splits, splits.test, stories, "documents");
    const shuffled = Array.from(createRandom(7, "documents").permutation(stories.length), (i) => stories[i].text);
    const unseen = [...splits.unseenTexts];
    expect(unseen).toEqual(shuffled.slice(0, unseen.length));
    const [desired] = await splits.tokenizer.decode(rowsOf(splits.desired));
    expect(shuffled[unseen.length].startsWith(desired)).toBe(true);
  });

  it("fill the test set, and no other set has the text of any of them, nor of another set", async () => {
    const copies = test.map((document) => ({ ...document, source: `copy of ${document.source}` }));
    const corpus = [...stories, ...copies];
    // So few documents are left for training that a letter may be in none of them.
    const letters = Array.from(new Set(stories.map(({ text }) => text).join("")));
    const alphabet = { source: "alphabet", text: `${letters.join(" ")} `.repeat(9) };
    const own = { corpus: [...corpus, alphabet], desired: others.slice(0, 40), test };
    for (const sources of [{ corpus, desired: undefined, test }, own]) {
      const splits = await buildTextSplits(CLEAN, sources, 7);
      const sets = [splits.test, splits.validation, splits.desired, splits.train];
      expect(sets.map((set) => set.count)).toEqual([40, 40, 40, 256]);
      await expectFirst(splits, splits.test, test, "test documents");
      await expectFirst(splits, splits.validation, sources.desired ?? others, "documents");
      const [tested, ...rest] = await Promise.all(sets.map((set) => documentsOf(splits, set, [...stories, alphabet])));
      expectDisjoint([tested, ...rest]);
      // All of them, not only those with a row in the set.
      expect(tested.size).toBeLessThan(test.length);
      expectDisjoint([textsOf(test), ...rest]);
      for (const text of tested) expect(textsOf(test)).toContain(text);
      expect(splits.origins.filter((origin) => origin.document.startsWith("copy"))).toEqual([]);
    }
  });

  it("are unseen, all of them, beside those of the validation set", async () => {
    const splits = await buildTextSplits(CLEAN, { corpus: stories, test }, 7);
    const [validation, desired] = await Promise.all(
      [splits.validation, splits.desired].map((set) => documentsOf(splits, set, stories)),
    );
    for (const text of [...textsOf(test), ...validation]) expect(splits.unseenTexts).toContain(text);
    for (const text of desired) expect(splits.unseenTexts).not.toContain(text);
  });

  it("leave the desired and validation sets as they are, and those the test set", async () => {
    const [corpus, desired] = [others.slice(40), others.slice(0, 40)];
    const splits = await buildTextSplits(CLEAN, { corpus, desired, test }, 7);
    const fewer = await buildTextSplits(CLEAN, { corpus, desired, test: test.slice(20) }, 7);
    for (const set of ["desired", "validation", "train"] as const)
      expect(rowsOf(fewer[set])).toEqual(rowsOf(splits[set]));
    expect(rowsOf(fewer.test)).not.toEqual(rowsOf(splits.test));
    const other = await buildTextSplits(CLEAN, { corpus, desired: desired.slice(10), test }, 7);
    expect(rowsOf(other.test)).toEqual(rowsOf(splits.test));
    expect(rowsOf(other.validation)).not.toEqual(rowsOf(splits.validation));
  });

  it("may not be desired documents too", async () => {
    const corpus = others;
    const refusal = (desired: Document[]) => buildTextSplits(CLEAN, { corpus, desired, test }, 1);
    const what = "take them out of one of the two, so that the test text stays unseen.";
    await expect(refusal(stories.slice(37, 60))).rejects.toThrow(
      `3 of the 23 documents of data.desired are also in data.test; ${what}`,
    );
    await expect(refusal(stories.slice(39, 60).map(({ text }) => ({ source: "copy", text })))).rejects.toThrow(
      `1 of the 21 documents of data.desired is also in data.test; ${what}`,
    );
  });

  it("must give K examples, as the others must; the K that is named suffices for all", async () => {
    const build = (desiredExamples: number, ofTest: number) =>
      buildTextSplits(
        { ...CLEAN, desiredExamples },
        { corpus: stories.slice(60), desired: stories.slice(40, 60), test: test.slice(0, ofTest) },
        1,
      );
    // With two documents the test set has the fewest examples, with forty the others have.
    for (const ofTest of [2, 40]) {
      const { message } = await build(9999, ofTest).then(
        () => ({ message: "none" }),
        (error: Error) => error,
      );
      const wanted =
        /^The documents of data\.test give (\d+) examples of 16 tokens, but data\.desiredExamples asks for 9999; lower it to (\d+), or give more text\.$/;
      const [, examples, largest] = (wanted.exec(message) ?? []).map(Number);
      expect(largest === examples).toBe(ofTest === 2);
      expect((await build(largest, ofTest)).desired.count).toBe(largest);
      await expect(build(largest + 1, ofTest)).rejects.toThrow(`lower it to ${largest}, or give more text.`);
    }
    // Where the corpus has to give the others, what the tokenizer learns from depends on K.
    await expect(
      buildTextSplits({ ...CLEAN, desiredExamples: 300 }, { corpus: stories, test: test.slice(0, 2) }, 1),
    ).rejects.toThrow(/^The documents of data\.test .* asks for 300; lower it, or give more text\.$/);
  });

  it("leave the other sets enough documents, or it is said what is missing", async () => {
    const build = (sources: TextSources) => buildTextSplits({ ...CLEAN, desiredExamples: 1 }, sources, 1);
    await expect(build({ corpus: stories.slice(0, 42), test })).rejects.toThrow(
      "The training, desired and validation sets share no document, so data.train must hold at least 3 different " +
        "documents that are not in data.test, but has 2; ",
    );
    await expect(build({ corpus: stories, desired: others.slice(0, 1), test })).rejects.toThrow(
      "The desired and validation sets share no document, so data.desired must hold at least 2 different documents, but " +
        "has 1; ",
    );
    await expect(build({ corpus: stories, desired: others, test })).rejects.toThrow(
      /: data\.desired and data\.test have the text of each; give other text as data\.train\.$/,
    );
  });
});
