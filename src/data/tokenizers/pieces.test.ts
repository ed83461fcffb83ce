import { readFileSync } from "node:fs";
import fc from "fast-check";
import { Tokenizer } from "tokenizers";
import { expect, test } from "vitest";
import { trainBytePairs } from "./byte-pair-tokenizer.js";
import { huggingFaceTokenizer } from "./hugging-face-tokenizer.js";
import { cutsBeforeSpaces, pieces } from "./pieces.js";
import { encodeWhole } from "./vocabulary.js";

const stories = readFileSync("data/tinystories.txt", "utf8").slice(0, 100_000);
const json = await trainBytePairs([stories], 500);

test("the tokens of a text are those of its pieces", async () => {
  const whole = Tokenizer.fromString(json);
  const idsOf = async (text: string) => (await whole.encode(text, null, { addSpecialTokens: false })).getIds();
  expect(cutsBeforeSpaces(JSON.parse(json))).toBe(true);
  const word = fc.constantFrom(
    " ",
    "  ",
    "the",
    " cat",
    " it's",
    "'s",
    "é",
    " 😀",
    "\n",
    "7",
    ".",
    "<unk>",
    " moon",
    "猫",
  );
  const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(""));
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 20 }), async (text, characters) => {
      const parts = [...pieces(text, characters)];
      expect(parts.join("")).toBe(text);
      expect((await Promise.all(parts.map(idsOf))).flat()).toEqual(await idsOf(text));
    }),
  );
});

test("a text that is encoded in pieces has the tokens and places that it has as a whole", async () => {
  const text = `é😀 ${stories.repeat(3)}`;
  const encoding = await Tokenizer.fromString(json).encode(text, null, { addSpecialTokens: false });
  const tokenizer = huggingFaceTokenizer(json);
  expect([...pieces(text, 2 ** 18)].length).toBe(2);
  const [short, ids] = await encodeWhole(tokenizer, ["a cat", text]);
  expect([short.length > 0, ids.length]).toEqual([true, encoding.getIds().length]);
  expect(Buffer.from(Int32Array.from(ids).buffer).equals(Buffer.from(Int32Array.from(encoding.getIds()).buffer))).toBe(
    true,
  );
  const [, spans] = await tokenizer.spans(["a cat", text]);
  const places = Uint32Array.from(encoding.getOffsets().flat());
  expect(Buffer.from(spans.buffer).equals(Buffer.from(places.buffer))).toBe(true);
});

test("a text that cannot be cut is refused where it is long, with its beginning", async () => {
  const text = `the cat ${"猫".repeat(2 ** 20)}`;
  await expect(encodeWhole(huggingFaceTokenizer(json), [text])).rejects.toThrow(
    /^it takes 1048584 characters in one piece, as no space stands between them \(they begin with "the cat 猫+"\), and 1048576 are the most; divide/,
  );
});

test("a tokenizer that may look across a space is given texts as they are", () => {
  const file = JSON.parse(json);
  const token = { content: "<s>", lstrip: false, rstrip: false };
  expect(cutsBeforeSpaces({ ...file, added_tokens: [token] })).toBe(true);
  for (const change of [
    { normalizer: { type: "NFC" } },
    { pre_tokenizer: { type: "Whitespace" } },
    { pre_tokenizer: { type: "ByteLevel", use_regex: false } },
    { added_tokens: [{ ...token, lstrip: true }] },
    { added_tokens: [{ ...token, content: "a b" }] },
  ])
    expect(cutsBeforeSpaces({ ...file, ...change })).toBe(false);
});
