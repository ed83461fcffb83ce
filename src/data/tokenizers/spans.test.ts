import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packDocuments, windowSpan } from "../packing.js";
import { readCorpus } from "../readers/corpus.js";
import { mistralTokenizerFile } from "./mistral-tokenizer.js";
import { fitTokenizer, type StorableTokenizer } from "./tokenizer.js";
import type { Spans } from "./vocabulary.js";

/** Words in lower case, without their accents; others are unknown. */
const WORDS = {
  ...{ version: "1.0", truncation: null, padding: null, added_tokens: [] },
  normalizer: { type: "Sequence", normalizers: [{ type: "NFD" }, { type: "StripAccents" }, { type: "Lowercase" }] },
  ...{ pre_tokenizer: { type: "Whitespace" }, post_processor: null, decoder: null },
  model: { type: "WordLevel", vocab: { "[UNK]": 0, cafe: 1, cat: 2 }, unk_token: "[UNK]" },
};

/** What all of the tokenizers know. */
const KNOWN = "Café cat CAFÉ cat cat\n cat Cafe\u0301 café cat";

let folder = "";
let stories: string[] = [];
const tokenizers = new Map<string, StorableTokenizer>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spans-"));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  stories = (await readCorpus(["data/tinystories.txt"])).slice(0, 20).map(({ text }) => text);
  const texts = [...stories, "Café 猫 😀 é ☃ über\nnaïve\t日本語 👩‍👩‍👧 ▁", KNOWN];
  tokenizers.set("bpe", await fitTokenizer("bpe", texts, 400));
  tokenizers.set("mistral", await fitTokenizer("mistral", texts, 32_000));
  tokenizers.set("mistral as a file", await fitTokenizer(file("mistral.json", mistralTokenizerFile()), texts, 32_000));
  tokenizers.set("words", await fitTokenizer(file("words.json", JSON.stringify(WORDS)), texts, 100));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As Python cuts a text: by code points. */
const cut = (text: string, start: number, end: number) => [...text].slice(start, end).join("");

const character = fc.constantFrom(..."  abe.é猫😀☃ü\n\t日👩👧▁A", "the", " cat", "\u200d", "e\u0301");
const texts = fc.array(character, { maxLength: 40 }).map((characters) => characters.join(""));
/** Tokenizers in which every token stands for bytes of the text. */
const EXACT = ["bpe", "mistral", "mistral as a file"];

describe.each(["bpe", "mistral", "mistral as a file", "words"])("%s", (name) => {
  const spansOf = async (text: string): Promise<[Spans, number[]]> => {
    const tokenizer = tokenizers.get(name)!;
    return [(await tokenizer.spans([text]))[0], (await tokenizer.encode([text]))[0]];
  };

  test("has a place for each token, in order and within the text", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const [spans, ids] = await spansOf(text);
        expect(spans.length).toBe(2 * ids.length);
        for (let i = 0; i < spans.length; i += 2) {
          expect(spans[i]).toBeLessThanOrEqual(spans[i + 1]);
          if (i > 0) expect(spans[i]).toBeGreaterThanOrEqual(spans[i - 2]);
        }
        if (ids.length > 0) expect(spans[spans.length - 1]).toBeLessThanOrEqual([...text].length);
      }),
    );
  });

  if (EXACT.includes(name))
    test("leaves out no character", async () => {
      await fc.assert(
        fc.asyncProperty(texts, async (text) => {
          const [spans] = await spansOf(text);
          let end = 0;
          for (let i = 0; i < spans.length; i += 2) {
            expect(spans[i]).toBeLessThanOrEqual(end);
            end = Math.max(end, spans[i + 1]);
          }
          expect(end).toBe([...text].length);
        }),
      );
    });

  test("a window shows the part of the text that it is made from", async () => {
    const tokenizer = tokenizers.get(name)!;
    const plain = [KNOWN, "Café 猫 über naïve 日本語 cat café", ...stories.slice(0, 5)];
    let windows = 0;
    for (const text of plain) {
      const [spans, ids] = await spansOf(text);
      for (const { window, tokens } of packDocuments([ids], 5, tokenizer.separator)) {
        if (tokens.includes(tokenizer.unknown)) continue;
        const { start, end } = windowSpan(spans, window, 5);
        const [shown] = await tokenizer.decode([tokens]);
        // Parts of a character decode to U+FFFD: the place has the whole of it.
        if (shown.includes("\ufffd")) continue;
        const tidy = (one: string) =>
          name === "words" ? one.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").toLowerCase() : one;
        expect(tidy(cut(text, start, end)).trim()).toBe(shown.trim());
        windows += 1;
      }
    }
    expect(windows).toBeGreaterThan(name === "words" ? 1 : 50);
  });
});

test("a character of several tokens is the place of each", async () => {
  for (const name of EXACT) {
    const tokenizer = tokenizers.get(name)!;
    const [spans] = await tokenizer.spans(["a 𝔘b"]);
    const places = new Set(Array.from({ length: spans.length / 2 }, (_, i) => `${spans[2 * i]}-${spans[2 * i + 1]}`));
    expect(places).toContain("2-3");
    expect(spans[spans.length - 1]).toBe(4);
  }
});
