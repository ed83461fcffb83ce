import { InputError } from "../base/errors.js";
import { BlockDecoder } from "./block-coder.js";
import { BlockDamage, readBlock } from "./block-format.js";
import { type ByteChunks, ByteReader } from "./byte-reader.js";
import { HEADER_BYTES, readHeader } from "./header.js";
import { type ByteProgress, inPortions } from "./portions.js";

/** What `decompress` is told beside the bytes. */
export interface DecompressOptions {
  /** What messages call the file. */
  readonly name: string;
  readonly onProgress?: (progress: ByteProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Gives back what `compress` was given, a block at a time, each only when it was found to be right.
 *
 * @throws InputError where it is no compressed file, is damaged or cut short; the signal's reason where it is aborted
 */
export async function* decompress(compressed: ByteChunks, options: DecompressOptions): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(compressed);
  try {
    yield* decompressFrom(reader, options);
  } finally {
    await reader.close();
  }
}

async function* decompressFrom(reader: ByteReader, options: DecompressOptions): AsyncGenerator<Uint8Array> {
  const { name } = options;
  const size = readHeader(await reader.take(HEADER_BYTES), name);
  // Made when there is a block whose check is right: before, a damaged file costs nothing.
  let decoder: BlockDecoder | undefined;
  let made = 0;
  for (let number = 1; ; number++) {
    try {
      const before = reader.taken;
      const block = await readBlock(reader);
      if (block === undefined) break;
      decoder ??= new BlockDecoder(size);
      const content = await inPortions(decoder.decode(block), options, (progress) => ({
        done: before + progress.read,
        content: made + progress.made,
        compressed: before + progress.read,
      }));
      if (content === undefined) throw new BlockDamage("its content does not match its check");
      made += content.length;
      yield content;
    } catch (error) {
      if (!(error instanceof BlockDamage)) throw error;
      throw new InputError(`${name} is damaged in block ${number}: ${error.message}`);
    }
  }
  if ((await reader.take(1)).length > 0) throw new InputError(`${name} is damaged: bytes follow its end`);
}
