import { InputError } from "../base/errors.js";
import { inBytes } from "../base/words.js";
import type { CompressOptions } from "../compression/compress.js";
import { sameBytes } from "../compression/content-digest.js";
import type { DescribedPart } from "../compression/describing-encoder.js";
import { LEVELS, memoryOf } from "../compression/levels.js";
import type { ByteProgress } from "../compression/portions.js";
import { number, whole } from "../report/format.js";
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
import { duration } from "./format.js";
import { wholeNumber } from "./options.js";

/** How the name of a compressed file ends. */
export const ENDING = ".llz";
const DEFAULT_LEVEL = 5;

export const compress = command({
  name: "compress",
  summary: "a file made small by a model that learns it as it reads",
  description:
    "Compresses a file, whatever is in it, without loss: every bit is predicted from all before it, and the better " +
    "the prediction, the less is written. Text becomes smaller than xz, zstd, bzip2 or brotli make it, at some " +
    "kilobytes a second. learning-law decompress gives it back, on any machine, and needs as long and as much memory.",
  arguments: [{ name: "<file>", about: "a file of any size; - is standard input" }],
  options: {
    out: {
      short: "o",
      value: "<file>",
      about: `where to; - is standard output (default: the file's name and ${ENDING})`,
    },
    level: {
      value: "<n>",
      about: `from 1, fast, to ${LEVELS}, small`,
      parse: wholeNumber(1, LEVELS),
      defaultShown: String(DEFAULT_LEVEL),
    },
    model: {
      value: "<width>",
      about: "in place of a level: a transformer of this width alone, which is trained on the file as it reads it",
      parse: wholeNumber(8, 512),
    },
    explain: {
      value: "<dir>",
      about: "also say what the area under the loss has to do with the file's length; curve.jsonl and a figure go here",
    },
    verify: { negated: true, about: "do not decompress it again to compare, which takes half the time and memory" },
  },
  withoutRuntime: true,
  help: `A file appears when it is whole; interrupted, none does.

Memory at most, and as much again to verify it; small files need less:
  levels 1 to ${LEVELS}: ${Array.from({ length: LEVELS }, (_, i) => inBytes(memoryOf(i + 1))).join(", ")}

With --model the file is as long as the area under the loss of a training on it that begins with nothing (DESIGN 2.10): the
theory, not the best compressor. It takes a minute for 100 kB, and several to read them again, which verifying does.

Examples:
  learning-law compress book.txt
  learning-law compress book.txt -o learned.llz --model 64 --explain explained
  learning-law compress book.txt -o book.llz --level 9
  learning-law compress log.txt -o - > log.llz`,

  async run({ compute, json, tell, writeBytes }, [file], { level: chosen, model, verify, explain, ...given }) {
    if (chosen !== undefined && model !== undefined)
      throw new InputError("--level and --model are two ways to compress; leave one of them out");
    const level = model === undefined ? (chosen ?? DEFAULT_LEVEL) : null;
    const out = chosenOutput(given.out, () => (file === STANDARD ? STANDARD : `${file}${ENDING}`));
    refuseJsonBeside(out, json);
    const content = openContent(file);
    const started = performance.now();
    return compute(
      () => startAgain(out),
      async (signal, bar) => {
        let length = 0;
        const counted = async function* () {
          for await (const chunk of content.chunks(signal)) {
            length += chunk.length;
            yield chunk;
          }
        };
        const onProgress = byteProgress(bar, content.length);
        const parts: DescribedPart[] = [];
        const onDescribed = explain === undefined ? undefined : (part: DescribedPart) => void parts.push(part);
        const options = { verify, onProgress, onDescribed, signal };
        const pieces =
          model === undefined
            ? (await import("../compression/compress.js")).compress(counted(), {
                ...options,
                ...{ level: level!, length: content.length },
              })
            : learned(counted(), model, options);
        const compressed = await writeContent(out, pieces, { writeBytes });
        const seconds = (performance.now() - started) / 1000;
        const explained = explain === undefined ? undefined : await describe(parts, compressed, explain);
        const result = { file, out, level, model, length, compressed, seconds, verified: verify, ...explained };
        if (out === STANDARD) tell(summary(result));
        return result;
      },
    );
  },

  lines: (result) => (result.out === STANDARD ? [] : [summary(result)]),
});

/** How many times as long as writing it takes to read what a learner wrote, about. */
const READING = 4;

/** By a transformer that is trained on the content: it is read whole. */
async function* learned(
  chunks: AsyncIterable<Uint8Array>,
  width: number,
  { verify, signal, onProgress, onDescribed }: Omit<CompressOptions, "level" | "length">,
): AsyncGenerator<Uint8Array> {
  const { compressByLearning, decompressLearned, defaultLearner } = await import("../learned-compression/index.js");
  const content = await collected(chunks);
  const share = verify ? 1 / (1 + READING) : 1;
  const part = (from: number, of: number) => (progress: ByteProgress) =>
    onProgress?.({ ...progress, done: from + of * progress.done });
  const settings = { ...defaultLearner, width };
  const { file } = await compressByLearning(content, settings, { onProgress: part(0, share), onDescribed, signal });
  if (verify) {
    const scale = ((1 - share) * content.length) / file.length;
    const again = await decompressLearned(file, "what was compressed", {
      ...{ onProgress: part(share * content.length, scale), signal },
    });
    if (!sameBytes(again, content)) throw new Error("what was compressed does not decompress to the same bytes");
  }
  yield file;
}

/** What the loss says of the file, written into a folder. */
async function describe(parts: readonly DescribedPart[], compressed: number, folder: string): Promise<Explained> {
  const { writeDescription } = await import("../report/compression/write-description.js");
  const descriptionBytes = parts.reduce((sum, { bits }) => sum + bits, 0) / 8;
  const files = await writeDescription(parts, compressed, folder);
  return { explained: { descriptionBytes, difference: compressed / descriptionBytes - 1, files } };
}

interface Explained {
  readonly explained?: {
    /** The area under the loss. */
    readonly descriptionBytes: number;
    /** By what share the file is longer. */
    readonly difference: number;
    readonly files: readonly string[];
  };
}

interface Compressed extends Explained {
  readonly out: string;
  readonly length: number;
  readonly compressed: number;
  readonly seconds: number;
  readonly verified: boolean;
}

function summary({ out, length, compressed, seconds, verified, explained }: Compressed): string {
  const bits = length === 0 ? "" : `, ${((8 * compressed) / length).toFixed(3)} bits a byte`;
  return (
    `${outputName(out)}: ${whole(length)} bytes became ${whole(compressed)}${bits}, in ${duration(seconds)}` +
    `${verified ? ", and give the same bytes again" : ""}.${explained === undefined ? "" : ` ${explanation(explained)}`}`
  );
}

function explanation({ descriptionBytes, difference, files }: NonNullable<Explained["explained"]>): string {
  return (
    `The area under the loss is ${whole(Math.round(descriptionBytes))} bytes; the file is ${number(100 * difference, 2)}% longer. ` +
    `The loss curve is in ${files[0]}.`
  );
}
