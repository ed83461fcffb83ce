import { type Block, BlockDecoder, BlockEncoder, LARGEST_BLOCK } from "./block-coder.js";
import { blockBytes, END } from "./block-format.js";
import { type ByteChunks, ByteReader } from "./byte-reader.js";
import { sameBytes } from "./content-digest.js";
import { type DescribedPart, DescribingEncoder } from "./describing-encoder.js";
import { writeHeader } from "./header.js";
import { modelSize } from "./levels.js";
import { type ByteProgress, inPortions } from "./portions.js";

/** How `compress` compresses. */
export interface CompressOptions {
  /** From 1, fast, to 9, small. */
  readonly level: number;
  /** Bytes of content, where it is known how many come: a small file gets a small model. */
  readonly length?: number;
  /** Whether every block is decoded again by a second model, and compared, before it is given out. */
  readonly verify: boolean;
  readonly onProgress?: (progress: ByteProgress) => void;
  /** Called with every part of the content that is coded, and how long its description is. */
  readonly onDescribed?: (part: DescribedPart) => void;
  readonly signal?: AbortSignal;
}

/**
 * Compresses bytes: each is predicted bit by bit from all before it, by a model that learns from it then (section 2.10 of
 * docs/DESIGN.md). Gives the bytes of a file (docs/FORMAT.md) as they come to be known, at most a block's at a time.
 *
 * @throws the signal's reason where it is aborted; Error where what was compressed does not decompress to the same, which
 *   is a mistake of this program or of the machine
 */
export async function* compress(content: ByteChunks, options: CompressOptions): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(content);
  try {
    yield* compressFrom(reader, options);
  } finally {
    await reader.close();
  }
}

async function* compressFrom(reader: ByteReader, options: CompressOptions): AsyncGenerator<Uint8Array> {
  const size = modelSize(options.level, options.length);
  const { onDescribed } = options;
  const describing = onDescribed && new DescribingEncoder();
  const encoder = new BlockEncoder(size, describing);
  const decoder = options.verify ? new BlockDecoder(size) : undefined;
  const header = writeHeader(size);
  yield header;
  for (let made = header.length; ; ) {
    const bytes = await reader.take(LARGEST_BLOCK);
    if (bytes.length === 0) break;
    const before = reader.taken - bytes.length;
    // A byte that is verified too is done in two halves.
    const share = decoder === undefined ? 1 : 0.5;
    const portions = encoder.encode(bytes);
    const described = describing ? describe(portions, describing, onDescribed!) : portions;
    const block = await inPortions(described, options, ({ read, made: coded }) => ({
      done: before + share * read,
      content: before + read,
      compressed: made + coded,
    }));
    if (decoder !== undefined) await verified(decoder, block, bytes, options, before, made);
    for (const part of blockBytes(block)) {
      yield part;
      made += part.length;
    }
  }
  yield END;
}

/** Tells of every portion what it came to. */
function* describe<Portion extends { read: number }, Result>(
  portions: Generator<Portion, Result>,
  encoder: DescribingEncoder,
  onDescribed: (part: DescribedPart) => void,
): Generator<Portion, Result> {
  for (let before = 0; ; ) {
    const { done, value } = portions.next();
    if (done) return value;
    onDescribed(encoder.part(value.read - before));
    before = value.read;
    yield value;
  }
}

async function verified(
  decoder: BlockDecoder,
  block: Block,
  content: Uint8Array,
  options: CompressOptions,
  before: number,
  made: number,
): Promise<void> {
  const decoded = await inPortions(decoder.decode(block), options, (progress) => ({
    done: before + (content.length + progress.made) / 2,
    content: before + content.length,
    compressed: made + block.payload.length,
  }));
  if (decoded === undefined || !sameBytes(decoded, content))
    throw new Error("what was compressed does not decompress to the same bytes");
}
