import { Tokenizer } from "tokenizers";
import { cutsBeforeSpaces, pieces } from "./pieces.js";
import type { BaseTokenizer, Spans } from "./vocabulary.js";

/** Texts, and characters, in one native call: it holds the offsets of every token until it returns. */
const BATCH = 1000;
const CHARACTERS = 2 ** 20;

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
      for (const [i, encoding] of encoded.entries()) yield { encoding, ...batch[i] };
    }
  };
  return {
    tokens: Object.values(tokenizer.getVocab(true)).filter((id) => id !== unknown && id !== own),
    unknown,
    async encode(texts) {
      const rows: number[][] = texts.map(() => []);
      for await (const { encoding, text } of encodings(texts))
        for (const id of encoding.getIds()) rows[text].push(id === own ? unknown : id);
      return rows;
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

function* batches(texts: readonly string[], cut: boolean): Generator<{ text: number; piece: string }[]> {
  let batch: { text: number; piece: string }[] = [];
  let characters = 0;
  for (const [text, whole] of texts.entries())
    for (const piece of cut ? pieces(whole, CHARACTERS) : [whole]) {
      if (batch.length === BATCH || (batch.length > 0 && characters + piece.length > CHARACTERS)) {
        yield batch;
        [batch, characters] = [[], 0];
      }
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
