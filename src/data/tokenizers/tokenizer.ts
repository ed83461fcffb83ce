import { existsSync } from "node:fs";
import { InputError } from "../../base/errors.js";
import { readBytes } from "../../files/read-file.js";
import type { Preparation } from "../preparation.js";
import { trainBytePairs } from "./byte-pair-tokenizer.js";
import { huggingFaceTokenizer } from "./hugging-face-tokenizer.js";
import { mistralTokenizer } from "./mistral-tokenizer.js";
import { type BaseTokenizer, cutVocabulary, keepTokens, type Tokenizer } from "./vocabulary.js";

/** A tokenizer as a run directory stores it: plain JSON that needs no other file. */
export interface StoredTokenizer {
  readonly kind: "mistral" | "huggingface";
  /** The text of the tokenizer.json, for kind `huggingface`; trained byte pairs are stored as one too. */
  readonly json?: string;
  /** The base tokenizer's ids of tokens 3, 4, ... */
  readonly kept: readonly number[];
}

/** A tokenizer that can be stored. */
export interface StorableTokenizer extends Tokenizer {
  /** What `loadTokenizer` makes it from again. */
  toJSON(): StoredTokenizer;
}

/**
 * The tokenizer that `name` stands for, fitted on the training documents.
 *
 * - `bpe`: byte pairs trained on `texts`, with as many merges as fill the vocabulary; no training text is unknown, unless
 *   the vocabulary is smaller than the number of different bytes in `texts`: then the rarest bytes are;
 * - `mistral`: Mistral's first tokenizer, which the published experiments use;
 * - anything else: the path of a Hugging Face tokenizer.json.
 *
 * Each is cut to the tokens that `texts` use most (see `cutVocabulary`).
 *
 * @param texts the training documents, and no other
 * @param vocabulary the number of tokens, the 3 special ones included; fewer result where the tokenizer has fewer
 * @throws InputError if the file cannot be read, is no tokenizer or cannot encode `texts`, if the training of byte pairs
 *   fails, or if `vocabulary` leaves no token beside the special ones.
 */
export async function fitTokenizer(
  name: string,
  texts: readonly string[],
  vocabulary: number,
  preparation: Preparation = {},
): Promise<StorableTokenizer> {
  if (name === "mistral")
    return storable({ kind: "mistral" }, await cutVocabulary(mistralTokenizer(), texts, vocabulary, preparation));
  const json = name === "bpe" ? await trainBytePairs(texts, vocabulary, preparation.signal) : readTokenizerFile(name);
  const base = loadHuggingFace(name, json);
  return storable({ kind: "huggingface", json }, await cutVocabulary(base, texts, vocabulary, preparation));
}

/** The tokenizer that `toJSON` stored. */
export function loadTokenizer(stored: StoredTokenizer): StorableTokenizer {
  const { kind, json, kept } = stored;
  const base = kind === "mistral" ? mistralTokenizer() : loadHuggingFace("the stored tokenizer", json ?? "");
  return storable({ kind, json }, { ...keepTokens(base, kept), kept });
}

function storable(
  base: Omit<StoredTokenizer, "kept">,
  { kept, ...tokenizer }: Tokenizer & { kept: readonly number[] },
): StorableTokenizer {
  return { ...tokenizer, toJSON: () => ({ ...base, kept }) };
}

function readTokenizerFile(path: string): string {
  if (!existsSync(path))
    throw new InputError(
      `There is no tokenizer ${path}: give bpe, mistral or the path of a Hugging Face tokenizer.json.`,
    );
  return readBytes(path).toString("utf8");
}

function loadHuggingFace(name: string, json: string): BaseTokenizer {
  let base: BaseTokenizer;
  try {
    base = huggingFaceTokenizer(json);
  } catch (error) {
    throw new InputError(`${name} is not a Hugging Face tokenizer.json: ${(error as Error).message}.`);
  }
  // A tokenizer may be valid and still fail: say, at a word that it does not know, having no token for that.
  const refuse = (error: Error): never => {
    throw new InputError(`The tokenizer ${name} cannot encode the texts: ${error.message.split("\n")[0]}.`);
  };
  return {
    ...base,
    async *encodePieces(texts) {
      try {
        yield* base.encodePieces(texts);
      } catch (error) {
        refuse(error as Error);
      }
    },
    spans: (texts) => base.spans(texts).catch(refuse),
  };
}
