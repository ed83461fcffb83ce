import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { asInputError } from "../../files/atomic-file.js";
import { withTemporaryFolder } from "../../files/temporary-folder.js";
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
 * `cutVocabulary` included; bytes that `texts` do not have become unknown. At most about 30,000 tokens, and never fewer
 * than the bytes that `texts` have.
 *
 * @returns the text of a Hugging Face tokenizer.json, the same for the same texts.
 * @param signal aborting it ends the training
 * @throws the signal's reason, and InputError if the temporary files cannot be written, or the training fails or is killed
 */
export async function trainBytePairs(
  texts: readonly string[],
  vocabulary: number,
  signal?: AbortSignal,
): Promise<string> {
  return withTemporaryFolder([CORPUS, TRAINED], async (folder) => {
    const [corpus, trained] = [join(folder, CORPUS), join(folder, TRAINED)];
    await writeFile(corpus, joinInChunks(texts), { signal }).catch((error) => {
      signal?.throwIfAborted();
      throw asInputError(error, `cannot write ${corpus} (TMPDIR chooses another folder)`);
    });
    const library = createRequire(import.meta.url).resolve("tokenizers");
    await runTrainer(["-e", TRAIN, library, corpus, trained], signal);
    const file = JSON.parse(await readFile(trained, "utf8"));
    return JSON.stringify(shorten(file, vocabulary - FIRST_TEXT_TOKEN));
  });
}

const CORPUS = "corpus.txt";
const TRAINED = "tokenizer.json";

/** Characters. A string has fewer than 2^29 of them, a corpus may have more. */
const CHUNK = 2 ** 24;

/** `texts.join("\n")` with no line above `LONGEST_LINE`, in pieces of about `CHUNK` characters that end where a text does. */
export function* joinInChunks(texts: readonly string[]): Generator<string> {
  let chunk = "";
  for (const [i, text] of texts.entries()) {
    if (chunk.length + text.length > CHUNK) {
      yield chunk;
      chunk = "";
    }
    const lines = text.length > LONGEST_LINE ? inShortLines(text) : text;
    chunk += i === 0 ? lines : `\n${lines}`;
  }
  yield chunk;
}

/** Characters. The library reads a line at a time, and takes some 80 bytes for each character of it. */
const LONGEST_LINE = 2 ** 18;

/** A text with its long lines cut into several: before a space where there is one, which divides no word, else anywhere. */
function inShortLines(text: string): string {
  const shortened = (line: string) => {
    const lines: string[] = [];
    for (let start = 0; start < line.length; ) {
      const end = start + LONGEST_LINE;
      const space = end < line.length ? line.lastIndexOf(" ", end) : -1;
      const next = space > start ? space : withinCharacter(line, end) ? end - 1 : end;
      lines.push(line.slice(start, next));
      start = next;
    }
    return lines.join("\n");
  };
  return text.split("\n").map(shortened).join("\n");
}

function withinCharacter(text: string, at: number): boolean {
  return at < text.length && text.codePointAt(at - 1)! > 0xffff;
}

/** Runs Node in a process of its own, because training draws its progress on stdout, which belongs to the command. */
async function runTrainer(parameters: readonly string[], signal?: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, parameters, { stdio: ["ignore", "ignore", "pipe"], signal });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-LONGEST_ERROR);
  });
  const reason = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      if (signal !== null) resolve(`its process was killed (${signal}), perhaps for lack of memory`);
      else if (code === 0) resolve(undefined);
      else resolve(/^\w*Error(?: \[\w+\])?: .*$/m.exec(errors)?.[0] ?? `its process ended with code ${code}`);
    });
  });
  // Ctrl-C reaches the child too, and ends it.
  signal?.throwIfAborted();
  if (reason !== undefined) throw new InputError(`The bpe tokenizer could not be trained: ${reason}.`);
}

/** Characters of what the trainer says that are kept; its error stands near the end. */
const LONGEST_ERROR = 10_000;

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
