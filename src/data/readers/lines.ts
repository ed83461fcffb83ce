import { isUtf8 } from "node:buffer";
import { createReadStream, type ReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { InputError } from "../../base/errors.js";
import type { ReadOptions } from "./read-options.js";
import { unzstandard } from "./zstandard.js";

/** One line of a text file, without its line end. */
export interface Line {
  /** Counted from 1, as editors do. */
  readonly number: number;
  readonly text: string;
}

/** Bytes, once decompressed; a line is held whole, as bytes and as text. */
const LONGEST_LINE = 64 * 2 ** 20;

/**
 * The lines of a UTF-8 file, decompressed if its name ends in `.gz` or `.zst`. A byte-order mark is dropped.
 *
 * DuckDB is not used here: its `read_text` does not decompress, and its other readers take a file that was cut short in
 * the middle of a compressed stream for a complete one, which would lose half a corpus without a word.
 *
 * @throws the signal's reason, and InputError if the file cannot be read, its compression is broken, or a line is not UTF-8 or has more than `LONGEST_LINE`
 *   bytes.
 */
export async function* readLines(path: string, { onRead, signal }: ReadOptions = {}): AsyncGenerator<Line> {
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const refuseLong = (bytes: number) => {
    if (bytes > LONGEST_LINE)
      throw new InputError(
        `${path}, line ${number + 1} is longer than ${LONGEST_LINE / 2 ** 20} MiB, the most that a line may have.`,
      );
  };
  for await (const chunk of decompressed(path, { onRead, signal })) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      refuseLong(restBytes + end - start);
      number += 1;
      yield decodeLine(path, number, Buffer.concat([...rest, chunk.subarray(start, end)]));
      [rest, restBytes] = [[], 0];
      start = end + 1;
    }
    if (start === chunk.length) continue;
    rest.push(chunk.subarray(start));
    restBytes += chunk.length - start;
    refuseLong(restBytes);
  }
  if (rest.length > 0) yield decodeLine(path, number + 1, Buffer.concat(rest));
}

/** Whether a file, decompressed as by `readLines`, has this text in it. Throws InputError if it cannot be read. */
export async function fileContains(path: string, text: string, signal?: AbortSignal): Promise<boolean> {
  const wanted = Buffer.from(text);
  // The text may begin in one chunk and end in the next.
  let end: Buffer = Buffer.alloc(0);
  for await (const chunk of decompressed(path, { signal })) {
    const bytes = Buffer.concat([end, chunk]);
    if (bytes.includes(wanted)) return true;
    end = bytes.subarray(1 - wanted.length);
  }
  return false;
}

function decodeLine(path: string, number: number, bytes: Buffer): Line {
  const text = bytes.toString("utf8");
  if (!isUtf8(bytes)) {
    // An invalid sequence decodes to U+FFFD, so encoding the text again differs from the bytes first where they are bad.
    const again = Buffer.from(text, "utf8");
    const differs = bytes.findIndex((byte, i) => byte !== again[i]);
    // They do not differ where a sequence that the line cuts short is the start of U+FFFD's own (ef bf bd).
    const at = differs < 0 ? bytes.length - 1 : differs;
    throw new InputError(
      `${path}, line ${number}: byte ${at + 1} of the line (0x${bytes[at].toString(16)}) is not valid UTF-8; ` +
        "convert the file to UTF-8.",
    );
  }
  const withoutMark = number === 1 && text.startsWith("\ufeff") ? text.slice(1) : text;
  return { number, text: withoutMark.endsWith("\r") ? withoutMark.slice(0, -1) : withoutMark };
}

async function* decompressed(path: string, { onRead, signal }: ReadOptions): AsyncGenerator<Buffer> {
  const source = createReadStream(path);
  try {
    for await (const chunk of decompressedBy(path, source)) {
      signal?.throwIfAborted();
      onRead?.(source.bytesRead);
      yield chunk;
    }
  } catch (error) {
    signal?.throwIfAborted();
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    // The codes of zlib and of the file system are names; Zstandard has none, or fzstd's numbers.
    const format = typeof code === "string" ? "gzip" : "Zstandard";
    const broken = typeof code !== "string" || code.startsWith("Z_");
    throw new InputError(`${path} ${broken ? `is not a complete ${format} file` : "cannot be read"}: ${message}.`);
  } finally {
    source.destroy();
  }
}

function decompressedBy(path: string, source: ReadStream): AsyncIterable<Buffer> {
  if (/\.gz$/i.test(path)) return gunzipped(source);
  if (/\.zst$/i.test(path)) return unzstandard(source);
  return source as AsyncIterable<Buffer>;
}

async function* gunzipped(source: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  source.on("error", (error) => gunzip.destroy(error));
  yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
}
