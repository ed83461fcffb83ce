import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { compress } from "../src/compression/compress.js";
import { LEVELS } from "../src/compression/levels.js";

/** What a compressor makes of a file. */
export interface CompressionRow {
  readonly file: string;
  readonly compressor: string;
  readonly bytes: number;
  readonly bitsPerByte: number;
  /** Of content, compressing it, without verification. */
  readonly kilobytesPerSecond: number;
}

type Compressor = (content: Uint8Array) => Promise<number> | number | undefined;

const level =
  (number: number): Compressor =>
  async (content) => {
    let bytes = 0;
    const options = { level: number, length: content.length, verify: false };
    for await (const piece of compress([content], options)) bytes += piece.length;
    return bytes;
  };

/** A program that compresses its standard input; nothing where it is not installed. */
const program =
  (name: string, ...args: string[]): Compressor =>
  (input) => {
    const { status, stdout } = spawnSync(name, args, { input, maxBuffer: 2 ** 30 });
    return status === 0 ? stdout.length : undefined;
  };

/** zpaq reads and writes files only. */
function zpaq(content: Uint8Array): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), "bench-compression-"));
  try {
    writeFileSync(join(folder, "content"), content);
    const { status } = spawnSync("zpaq", ["a", "made.zpaq", "content", "-m5"], { cwd: folder });
    return status === 0 ? statSync(join(folder, "made.zpaq")).size : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const brotli: Compressor = (content) => {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN } = constants;
  return brotliCompressSync(content, { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 24 } }).length;
};

const compressors: Readonly<Record<string, Compressor>> = {
  "xz -9e": program("xz", "-9e", "-c"),
  "zstd -19 --ultra": program("zstd", "-19", "--ultra", "-c"),
  "bzip2 -9": program("bzip2", "-9", "-c"),
  "brotli -11": brotli,
  "zpaq -m5": zpaq,
  ...Object.fromEntries([1, 3, 5, 7, LEVELS].map((number) => [`learning-law --level ${number}`, level(number)])),
};

/** Compresses files by levels of ours, and by the programs that are installed. */
export async function* compressionBench(files: readonly string[]): AsyncGenerator<CompressionRow> {
  for (const file of files) {
    const content = readFileSync(file);
    for (const [compressor, compress] of Object.entries(compressors)) {
      const start = performance.now();
      const bytes = await compress(content);
      const seconds = (performance.now() - start) / 1000;
      if (bytes === undefined) continue;
      const measured = {
        bytes,
        bitsPerByte: (8 * bytes) / content.length,
        kilobytesPerSecond: content.length / seconds / 1000,
      };
      yield { file: basename(file), compressor, ...measured };
    }
  }
}
