import { inBytes } from "../base/words.js";
import { LEVELS, memoryOf } from "../compression/levels.js";
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
      default: DEFAULT_LEVEL,
    },
    verify: { negated: true, about: "do not decompress it again to compare, which takes half the time and memory" },
  },
  withoutRuntime: true,
  help: `A file appears when it is whole; interrupted, none does.

Memory at most, and as much again to verify it; small files need less:
  levels 1 to ${LEVELS}: ${Array.from({ length: LEVELS }, (_, i) => inBytes(memoryOf(i + 1))).join(", ")}

Examples:
  learning-law compress book.txt
  learning-law compress book.txt -o book.llz --level 9
  learning-law compress log.txt -o - > log.llz`,

  async run({ compute, json, tell, writeBytes }, [file], { level, verify, ...given }) {
    const out = chosenOutput(given.out, () => (file === STANDARD ? STANDARD : `${file}${ENDING}`));
    refuseJsonBeside(out, json);
    const content = openContent(file);
    const started = performance.now();
    return compute(
      () => startAgain(out),
      async (signal, bar) => {
        const { compress } = await import("../compression/compress.js");
        let length = 0;
        const counted = async function* () {
          for await (const chunk of content.chunks(signal)) {
            length += chunk.length;
            yield chunk;
          }
        };
        const onProgress = byteProgress(bar, content.length);
        const pieces = compress(counted(), { level, length: content.length, verify, onProgress, signal });
        const compressed = await writeContent(out, pieces, { writeBytes });
        const seconds = (performance.now() - started) / 1000;
        const result = { file, out, level, length, compressed, seconds, verified: verify };
        if (out === STANDARD) tell(summary(result));
        return result;
      },
    );
  },

  lines: (result) => (result.out === STANDARD ? [] : [summary(result)]),
});

interface Compressed {
  readonly out: string;
  readonly length: number;
  readonly compressed: number;
  readonly seconds: number;
  readonly verified: boolean;
}

function summary({ out, length, compressed, seconds, verified }: Compressed): string {
  const bits = length === 0 ? "" : `, ${((8 * compressed) / length).toFixed(3)} bits a byte`;
  return (
    `${outputName(out)}: ${whole(length)} bytes became ${whole(compressed)}${bits}, in ${duration(seconds)}` +
    `${verified ? ", and give the same bytes again" : ""}.`
  );
}
