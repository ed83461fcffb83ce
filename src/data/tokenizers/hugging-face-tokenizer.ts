import { Tokenizer } from "tokenizers";
import { cutsBeforeSpaces, pieces } from "./pieces.js";
import type { BaseTokenizer, Spans } from "./vocabulary.js";

/** Texts, and characters, in one native call: it takes some 400 bytes for each character until it returns. */
const BATCH = 1000;
const CHARACTERS = 2 ** 18;

/** Characters of a text that cannot be cut into several. */
const LONGEST_PIECE = 2 ** 20;

/**
 * V8 is told of so many for each character of a call. Its encodings, until they are collected, take some 100: ids, tokens,
 * places, masks. But on a busy machine V8 collects only what comes to 2 GiB (it did), and that is to be less.
 */
const NOTED_BYTES = 400;

const UNKNOWN = "<unk>";

/**
 * The tokenizer that a Hugging Face tokenizer.json describes.
 *
 * @param json the text of the file
 * @throws Error if it is not valid.
 */
export function huggingFaceTokenizer(json: string): BaseTokenizer {
  const tokenizer = Tokenizer.fromString(json);
  const file = JSON.parse(json);
  // The file may ask for these; rows are cut and padded by `packDocuments`.
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  // A token that decodes to `<unk>` in any tokenizer; the tokenizer's own, if it has another, is mapped to it.
  tokenizer.addSpecialTokens([UNKNOWN]);
  const unknown = tokenizer.tokenToId(UNKNOWN)!;
  const own = ownUnknown(tokenizer, file);

  const cut = cutsBeforeSpaces(file);
  /** The encodings of the texts, of a long one those of its pieces, and the number of the text that each is of. */
  const encodings = async function* (texts: readonly string[]) {
    for (const batch of batches(texts, cut)) {
      const encoded = await tokenizer.encodeBatch(
        batch.map(({ piece }) => piece),
        { addSpecialTokens: false },
      );
      noteNativeBytes(batch.reduce((sum, { piece }) => sum + piece.length, 0) * NOTED_BYTES);
      for (const [i, encoding] of encoded.entries()) yield { encoding, ...batch[i] };
    }
  };
  return {
    tokens: Object.values(tokenizer.getVocab(true)).filter((id) => id !== unknown && id !== own),
    unknown,
    async *encodePieces(texts) {
      for await (const { encoding, text } of encodings(texts))
        yield { text, ids: encoding.getIds().map((id) => (id === own ? unknown : id)) };
    },
    async spans(texts) {
      const all: number[][] = texts.map(() => []);
      const read = new Float64Array(texts.length);
      for await (const { encoding, text, piece } of encodings(texts)) {
        for (const place of encoding.getOffsets().flat()) all[text].push(read[text] + place);
        for (const _ of piece) read[text]++;
      }
      return all.map((places): Spans => Uint32Array.from(places));
    },
    decode: (rows) => tokenizer.decodeBatch(rows as number[][], false),
  };
}

/**
 * V8 collects garbage sooner the more memory it knows of outside its heap, and the library does not tell it of its own: a
 * gigabyte of encodings that nobody has any more would wait to be freed. So it is told of as much in another way, an array
 * that nothing is written to and that therefore takes no memory.
 */
function noteNativeBytes(bytes: number): void {
  new Uint8Array(bytes);
}

function* batches(texts: readonly string[], cut: boolean): Generator<{ text: number; piece: string }[]> {
  let batch: { text: number; piece: string }[] = [];
  let characters = 0;
  for (const [text, whole] of texts.entries())
    for (const piece of cut ? pieces(whole, CHARACTERS) : [whole]) {
      if (batch.length === BATCH || (batch.length > 0 && characters + piece.length > CHARACTERS)) {
        yield batch;
        [batch, characters] = [[], 0];
      }
      if (piece.length > LONGEST_PIECE)
        throw new Error(
          `it takes ${piece.length} characters in one piece${cut ? ", as no space stands between them" : ""} (they begin ` +
            `with ${JSON.stringify(piece.slice(0, 30))}), and ${LONGEST_PIECE} are the most; divide that document into several`,
        );
      batch.push({ text, piece });
      characters += piece.length;
    }
  if (batch.length > 0) yield batch;
}

/** The id that the model itself gives to what it does not know, if it has one. */
function ownUnknown(
  tokenizer: Tokenizer,
  file: { model: { unk_token?: string | null; unk_id?: number | null } },
): number | null {
  const { unk_token, unk_id } = file.model;
  return unk_token ? tokenizer.tokenToId(unk_token) : (unk_id ?? null);
}
