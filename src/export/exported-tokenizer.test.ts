import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tokenizer } from "tokenizers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCorpus } from "../data/readers/corpus.js";
import { fitTokenizer, loadTokenizer, type StorableTokenizer } from "../data/tokenizers/tokenizer.js";
import { exportTokenizer } from "./exported-tokenizer.js";

const folder = mkdtempSync(join(tmpdir(), "exported-tokenizer-"));
afterAll(() => rmSync(folder, { recursive: true }));

let stories: string[] = [];
beforeAll(async () => {
  stories = (await readCorpus(["data/tinystories.txt"])).slice(0, 200).map((document) => document.text);
});

/** Writes a tokenizer.json of this model and returns its path. */
function written(name: string, model: object, more: object = {}): string {
  const path = join(folder, `${name}.json`);
  const rest = { added_tokens: [], normalizer: null, pre_tokenizer: { type: "Whitespace" }, post_processor: null };
  writeFileSync(path, JSON.stringify({ version: "1.0", ...rest, decoder: null, ...more, model }));
  return path;
}

const specialToken = (id: number, content: string) => ({
  ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
});

const words = (unknown: string) => ({
  type: "WordLevel",
  vocab: { a: 0, the: 1, [unknown]: 2, was: 3, Once: 4, time: 5, to: 6, "<|endoftext|>": 7 },
  unk_token: unknown,
});
const pieces = {
  ...{ type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
  vocab: { "[CLS]": 0, "[UNK]": 1, a: 2, "##s": 3, wa: 4, the: 5, "##n": 6, "##d": 7, t: 8, "##o": 9 },
};
const unigram = {
  ...{ type: "Unigram", unk_id: 2, byte_fallback: false },
  vocab: [
    ...[
      ["t", -4],
      ["h", -4.5],
      ["<unk>", 0],
      ["the", -2],
      ["e", -4],
      ["a", -3],
      ["n", -5],
      ["d", -5.5],
      ["an", -3.5],
    ],
    ...[
      ["and", -3.6],
      ["o", -4.1],
      ["to", -2.5],
    ],
  ],
};
const classes = { added_tokens: [specialToken(0, "[CLS]"), specialToken(1, "[UNK]")] };

const tokenizers: Record<string, () => Promise<StorableTokenizer>> = {
  "byte pairs": () => fitTokenizer("bpe", stories, 300),
  "cut byte pairs": async () => {
    const path = join(folder, "bpe.json");
    writeFileSync(path, (await fitTokenizer("bpe", stories, 600)).toJSON().json!);
    return fitTokenizer(path, stories, 200);
  },
  words: () => fitTokenizer(written("words", words("[UNK]")), stories, 7),
  "words alone": () => fitTokenizer(written("alone", words("[UNK]"), { added_tokens: undefined }), stories, 7),
  "words and another <unk>": () => fitTokenizer(written("unk", words("<unk>")), stories, 100),
  pieces: () => fitTokenizer(written("pieces", pieces, classes), stories, 9),
  unigram: () => fitTokenizer(written("unigram", unigram), stories, 10),
  mistral: () => fitTokenizer("mistral", stories, 300),
};
const strange = ["", " ", "  two  spaces ", "line\nline", "[CLS] and the sand", "héllo 🙂 日本語", "Ünknown ▁ x"];

describe.each(Object.keys(tokenizers))("exported %s", (name) => {
  let tokenizer: StorableTokenizer;
  let exported: ReturnType<typeof exportTokenizer>;
  beforeAll(async () => {
    // As a run stores it.
    tokenizer = loadTokenizer(JSON.parse(JSON.stringify(await tokenizers[name]())));
    exported = exportTokenizer(tokenizer.toJSON());
  });

  test("give the model's ids, after the separator, and ids past the vocabulary for unknown tokens", async () => {
    const theirs = Tokenizer.fromString(exported.json);
    const texts = [...stories, ...strange];
    const ours = await tokenizer.encode(texts);
    const cut = (id: number) => (id < tokenizer.size ? id : tokenizer.unknown);
    for (const [i, text] of texts.entries()) {
      const ids = (await theirs.encode(text)).getIds().map(cut);
      expect([text, ids]).toEqual([text, [tokenizer.separator, ...ours[i]]]);
    }
    // Else the texts would show nothing.
    expect(new Set(ours.flat()).size).toBeGreaterThan(4);
  });

  test("have the special tokens at 0, 1 and 2, and every id once", () => {
    const theirs = Tokenizer.fromString(exported.json);
    const { padding, unknown, separator } = exported;
    expect([padding, unknown, separator].map((token) => theirs.tokenToId(token))).toEqual([0, 1, 2]);
    const ids = Object.values(theirs.getVocab(true)).sort((a, b) => a - b);
    expect(ids).toEqual(ids.map((_, i) => i));
  });
});

test("byte pairs that fill the vocabulary have no other ids, and decode to the text", async () => {
  const tokenizer = await fitTokenizer("bpe", stories, 300);
  const theirs = Tokenizer.fromString(exportTokenizer(tokenizer.toJSON()).json);
  expect(Object.keys(theirs.getVocab(true)).length).toBe(tokenizer.size);
  for (const text of stories.slice(0, 20))
    expect(await theirs.decode((await theirs.encode(text)).getIds(), true)).toBe(text);
});
