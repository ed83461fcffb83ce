import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FIRST_TEXT_TOKEN } from "./vocabulary.js";

/** Trains with the binding's defaults (up to 30,000 tokens) on the file argv[2] and saves to argv[3]. */
const TRAIN = `
  const { BPE, Tokenizer, byteLevelPreTokenizer } = require(process.argv[1]);
  const tokenizer = new Tokenizer(BPE.empty());
  tokenizer.setPreTokenizer(byteLevelPreTokenizer(false, true));
  tokenizer.train([process.argv[2]]);
  tokenizer.save(process.argv[3]);
`;

interface TokenizerFile {
  model: { vocab: Record<string, number>; merges: [string, string][]; unk_token: string | null };
  added_tokens: object[];
  decoder: object | null;
}

/**
 * Trains byte-level byte pairs on `texts`, with as many merges as give `vocabulary` tokens, the special ones of
 * `cutVocabulary` included; bytes that `texts` do not have become unknown. At most about 30,000 tokens.
 *
 * @returns the text of a Hugging Face tokenizer.json, the same for the same texts.
 */
export async function trainBytePairs(texts: readonly string[], vocabulary: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "learning-law-"));
  try {
    const corpus = join(folder, "corpus.txt");
    const trained = join(folder, "tokenizer.json");
    await writeFile(corpus, texts.join("\n"));
    // In a process of its own, because training draws its progress on stdout, which belongs to the command.
    const library = createRequire(import.meta.url).resolve("tokenizers");
    await promisify(execFile)(process.execPath, ["-e", TRAIN, library, corpus, trained]);
    const file = JSON.parse(await readFile(trained, "utf8"));
    return JSON.stringify(shorten(file, vocabulary - FIRST_TEXT_TOKEN));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Keeps the first tokens and the merges that make them. The binding cannot be told a vocabulary, but training is greedy:
 * a smaller vocabulary's merges are the first of a larger one's.
 */
function shorten(file: TokenizerFile, size: number): TokenizerFile {
  const { vocab, merges } = file.model;
  const bytes = Object.keys(vocab).length - new Set(merges.map(([a, b]) => a + b)).size;
  const length = Math.max(size, bytes);
  const last = merges.findIndex(([a, b]) => vocab[a + b] >= length);
  const kept = Object.fromEntries(Object.entries(vocab).filter(([, id]) => id < length));
  const unknown = Object.keys(kept).length;
  return {
    ...file,
    model: {
      ...file.model,
      vocab: { ...kept, "<unk>": unknown },
      merges: last < 0 ? merges : merges.slice(0, last),
      unk_token: "<unk>",
    },
    added_tokens: [
      {
        id: unknown,
        content: "<unk>",
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    decoder: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  };
}
