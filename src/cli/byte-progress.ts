import { inBytes } from "../base/words.js";
import type { ByteProgress } from "../compression/portions.js";
import type { ProgressBar } from "./progress-bar.js";

/** Which of the bytes read and made are the content, and which the compressed ones. */
type Direction = "compressing" | "decompressing";

/**
 * Shows bytes as they are worked off: how many of all, at which rate, and how many times smaller they are so far.
 *
 * @param length how many bytes are read in all; without it no time left is known
 */
export function byteProgress(
  bar: ProgressBar,
  direction: Direction,
  length?: number,
): (progress: ByteProgress) => void {
  const started = performance.now();
  return ({ done, made }) => {
    const [content, compressed] = direction === "compressing" ? [done, made] : [made, done];
    const seconds = (performance.now() - started) / 1000;
    const of = length === undefined ? "" : ` of ${inBytes(length)}`;
    const ratio = compressed === 0 ? "" : `  ${(content / compressed).toFixed(2)} times smaller`;
    bar.update(done / (length || Infinity), `${inBytes(done)}${of}  ${inBytes(content / seconds)}/s${ratio}`);
  };
}
