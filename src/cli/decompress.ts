import { InputError } from "../base/errors.js";
import type { DecompressOptions } from "../compression/decompress.js";
import { isLearned, KIND_BYTES } from "../compression/header.js";
import { whole } from "../report/format.js";
import {
  chosenOutput,
  openContent,
  outputName,
  refuseJsonBeside,
  STANDARD,
  startAgain,
  writeContent,
} from "./byte-files.js";
import { byteProgress } from "./byte-progress.js";
import { collected } from "./collected.js";
import { command } from "./command.js";
import { ENDING } from "./compress.js";
import { duration } from "./format.js";

export const decompress = command({
  name: "decompress",
  summary: "what learning-law compress made small, as it was",
  description:
    "Gives back the bytes that learning-law compress was given. Each part of them is compared with its check before it " +
    "is written: of a damaged file no wrong bytes come.",
  arguments: [{ name: "<file>", about: "a compressed file; - is standard input" }],
  options: {
    out: {
      short: "o",
      value: "<file>",
      about: `where to; - is standard output (default: the file's name without ${ENDING})`,
    },
    keep: { about: "of a damaged file keep the blocks of 1 MiB before the damage, which were found to be right" },
  },
  withoutRuntime: true,
  help: `A file appears when it is whole; of a damaged one, none does without --keep. On standard output stands what came before the
damage. The exit code says that it was damaged, either way.

Examples:
  learning-law decompress book.txt.llz
  learning-law decompress book.llz -o again.txt
  learning-law decompress log.llz -o - > log.txt`,

  async run({ compute, json, tell, writeBytes }, [file], { keep, ...given }) {
    const out = chosenOutput(given.out, () => (file === STANDARD ? STANDARD : withoutEnding(file)));
    refuseJsonBeside(out, json);
    const content = openContent(file);
    const started = performance.now();
    return compute(
      () => startAgain(out),
      async (signal, bar) => {
        const onProgress = byteProgress(bar, content.length);
        const pieces = decompressed(content.chunks(signal), { name: content.name, onProgress, signal });
        let damage: InputError | undefined;
        const right = keep ? beforeDamage(pieces, (error) => (damage = error)) : pieces;
        const length = await writeContent(out, right, { writeBytes });
        if (damage !== undefined)
          throw new InputError(`${damage.message}; ${outputName(out)} has the ${whole(length)} bytes before it`);
        const result = { file, out, length, seconds: (performance.now() - started) / 1000 };
        if (out === STANDARD) tell(summary(result));
        return result;
      },
    );
  },

  lines: (result) => (result.out === STANDARD ? [] : [summary(result)]),
});

/** What comes before the file is found to be damaged; if that is nothing, the error. */
async function* beforeDamage(
  pieces: AsyncIterable<Uint8Array>,
  onDamage: (error: InputError) => void,
): AsyncGenerator<Uint8Array> {
  let some = false;
  try {
    for await (const piece of pieces) {
      some ||= piece.length > 0;
      yield piece;
    }
  } catch (error) {
    if (!some || !(error instanceof InputError)) throw error;
    onDamage(error);
  }
}

/** Of either kind of file, which its first bytes tell. */
async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  { name, ...options }: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const first: Uint8Array[] = [];
    for (let length = 0; length < KIND_BYTES; ) {
      const { done, value } = await iterator.next();
      if (done) break;
      first.push(value);
      length += value.length;
    }
    const all = async function* () {
      yield* first;
      yield* { [Symbol.asyncIterator]: () => iterator };
    };
    if (isLearned(Buffer.concat(first))) {
      const { decompressLearned } = await import("../learned-compression/index.js");
      yield await decompressLearned(await collected(all()), name, options);
    } else {
      const { decompress } = await import("../compression/decompress.js");
      yield* decompress(all(), { name, ...options });
    }
  } finally {
    // What does not end by itself, such as standard input, would keep the process.
    await iterator.return?.();
  }
}

function withoutEnding(file: string): string {
  if (file.endsWith(ENDING) && file !== ENDING) return file.slice(0, -ENDING.length);
  throw new InputError(`the name of ${file} does not end with ${ENDING}; say with --out where its content goes`);
}

interface Decompressed {
  readonly out: string;
  readonly length: number;
  readonly seconds: number;
}

function summary({ out, length, seconds }: Decompressed): string {
  return `${outputName(out)}: ${whole(length)} bytes, in ${duration(seconds)}.`;
}
