import { inBytes } from "../base/words.js";
import type { ByteProgress } from "../compression/portions.js";
import type { ProgressBar } from "./progress-bar.js";

/**
 * Shows bytes as they are worked off: how many of all, how many bytes of content in a second, and how many times smaller
 * these are compressed.
 *
 * @param length how many bytes are read in all; without it no time left is known
 */
export function byteProgress(bar: ProgressBar, length?: number): (progress: ByteProgress) => void {
  const started = performance.now();
  return ({ done, content, compressed }) => {
    const seconds = (performance.now() - started) / 1000;
    const of = length === undefined ? "" : ` of ${inBytes(length)}`;
    const rate = `${inBytes(content / seconds)}/s`;
    bar.update(
      done / (length || Infinity),
      `${inBytes(done)}${of}  ${rate}  ${(content / compressed).toFixed(2)} times smaller`,
    );
  };
}
