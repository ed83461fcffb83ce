import { Tokenizer } from "tokenizers";
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
  // The file may ask for these; rows are cut and padded by `packDocuments`.
  tokenizer.disableTruncation();
  tokenizer.disablePadding();
  // A token that decodes to `<unk>` in any tokenizer; the tokenizer's own, if it has another, is mapped to it.
  tokenizer.addSpecialTokens([UNKNOWN]);
  const unknown = tokenizer.tokenToId(UNKNOWN)!;
  const own = ownUnknown(tokenizer, JSON.parse(json));

  const encodings = async function* (texts: readonly string[]) {
    for (const batch of batches(texts)) yield* await tokenizer.encodeBatch(batch, { addSpecialTokens: false });
  };
  return {
    tokens: Object.values(tokenizer.getVocab(true)).filter((id) => id !== unknown && id !== own),
    unknown,
    async encode(texts) {
      const rows: number[][] = [];
      for await (const encoding of encodings(texts))
        rows.push(encoding.getIds().map((id) => (id === own ? unknown : id)));
      return rows;
    },
    async spans(texts) {
      const all: Spans[] = [];
      for await (const encoding of encodings(texts)) all.push(Uint32Array.from(encoding.getOffsets().flat()));
      return all;
    },
    decode: (rows) => tokenizer.decodeBatch(rows as number[][], false),
  };
}

function* batches(texts: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length === BATCH || (batch.length > 0 && characters + text.length > CHARACTERS)) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(text);
    characters += text.length;
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
