import { InputError } from "../../base/errors.js";
import { type Preparation, pause } from "../preparation.js";

/** The ids of a text, or of the next piece of it. */
export interface EncodedPiece {
  /** The index of the text. Texts come in their order. */
  readonly text: number;
  readonly ids: readonly number[];
}

/** A tokenizer with its whole vocabulary. */
export interface BaseTokenizer {
  /** The ids of all tokens but the unknown one, in any order. */
  readonly tokens: readonly number[];
  /** The id that stands for what the tokenizer cannot say; decodes to `<unk>`. */
  readonly unknown: number;
  /** The ids of each text, no special tokens added; of a long one in several pieces. */
  encodePieces(texts: readonly string[]): AsyncIterable<EncodedPiece>;
  /** Where the tokens of each text stand in it. */
  spans(texts: readonly string[]): Promise<Spans[]>;
  /** The text of each row of ids. */
  decode(rows: readonly (readonly number[])[]): Promise<string[]>;
}

/**
 * The places of a text's tokens in it, in characters, that is Unicode code points: token i is from `2 i`-th number to before
 * the next. Tokens that hold parts of one character all have the whole of it.
 */
export type Spans = Uint32Array;

/** A tokenizer whose ids are 0 .. size - 1, as a model takes them. */
export interface Tokenizer {
  /** The number of tokens, special ones included. */
  readonly size: number;
  readonly padding: number;
  readonly unknown: number;
  /** Stands before every document and after it. */
  readonly separator: number;
  /** The ids of each text; neither separator nor padding among them. */
  encode(texts: readonly string[]): Promise<number[][]>;
  /** The same, a long text in several pieces: whatever its length, few ids are held at once. */
  encodePieces(texts: readonly string[]): AsyncIterable<EncodedPiece>;
  /** Where the tokens of each text stand in it. */
  spans(texts: readonly string[]): Promise<Spans[]>;
  /** The text of each row of ids: `<unk>` for unknown; padding and separators do not show. */
  decode(rows: readonly (readonly number[])[]): Promise<string[]>;
}

const PADDING = 0;
const UNKNOWN = 1;
const SEPARATOR = 2;

/** Ids from here on are tokens of text; those before are padding, unknown and separator. */
export const FIRST_TEXT_TOKEN = 3;

/** The tokens of that many texts are counted between two looks whether the counting shall end. */
const COUNTED_TEXTS = 1000;

/**
 * Cuts a tokenizer to the `size - 3` tokens that occur most often in `texts` (ties: the smaller id first), all others
 * becoming unknown. The result is smaller only if the tokenizer has fewer tokens.
 */
export async function cutVocabulary(
  base: BaseTokenizer,
  texts: readonly string[],
  size: number,
  preparation: Preparation = {},
): Promise<Tokenizer & { kept: readonly number[] }> {
  if (size <= FIRST_TEXT_TOKEN) {
    throw new InputError(
      `A vocabulary of ${size} has no room beside its ${FIRST_TEXT_TOKEN} special tokens; ` +
        `data.vocabulary must be more than ${FIRST_TEXT_TOKEN}.`,
    );
  }
  const counts = new Map(base.tokens.map((id) => [id, 0]));
  for (let start = 0; start < texts.length; start += COUNTED_TEXTS) {
    for await (const { ids } of base.encodePieces(texts.slice(start, start + COUNTED_TEXTS)))
      for (const id of ids) if (id !== base.unknown) counts.set(id, counts.get(id)! + 1);
    await pause(preparation);
  }
  const kept = [...counts]
    .sort(([idA, countA], [idB, countB]) => countB - countA || idA - idB)
    .slice(0, size - FIRST_TEXT_TOKEN)
    .map(([id]) => id);
  return { ...keepTokens(base, kept), kept };
}

/** The ids of each text, its pieces put together. */
export async function encodeWhole(
  { encodePieces }: Pick<BaseTokenizer, "encodePieces">,
  texts: readonly string[],
): Promise<number[][]> {
  const rows: number[][] = texts.map(() => []);
  for await (const { text, ids } of encodePieces(texts)) for (const id of ids) rows[text].push(id);
  return rows;
}

/** The tokenizer in which token `3 + i` is `kept[i]` of `base`, and every other is unknown. */
export function keepTokens(base: BaseTokenizer, kept: readonly number[]): Tokenizer {
  const cut = new Map(kept.map((id, i) => [id, FIRST_TEXT_TOKEN + i]));
  const encodePieces = async function* (texts: readonly string[]) {
    for await (const { text, ids } of base.encodePieces(texts))
      yield { text, ids: ids.map((id) => cut.get(id) ?? UNKNOWN) };
  };
  return {
    size: FIRST_TEXT_TOKEN + kept.length,
    padding: PADDING,
    unknown: UNKNOWN,
    separator: SEPARATOR,
    encode: (texts) => encodeWhole({ encodePieces }, texts),
    encodePieces,
    spans: (texts) => base.spans(texts),
    decode(rows) {
      const shown = rows.map((ids) => ids.filter((id) => id !== PADDING && id !== SEPARATOR));
      return base.decode(shown.map((ids) => ids.map((id) => kept[id - FIRST_TEXT_TOKEN] ?? base.unknown)));
    },
  };
}
