import { Decompress } from "fzstd";
import xxhash from "xxhash-wasm";

/** Of a frame, and of one that is skipped (its last four bits are free): RFC 8878, section 3.1. */
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

/** Bytes; what a frame may ask to be kept. The zstd command refuses more too, unless told otherwise. */
const LARGEST_WINDOW = 128 * 2 ** 20;

/**
 * The bytes that a Zstandard file holds (RFC 8878), frame after frame. Node has Zstandard only from version 22.15 on; fzstd
 * decompresses blocks in plain JavaScript, at about 40 MB a second. What it does not check is checked here: that nothing is
 * cut off, and each frame's content by its size and its checksum, where the frame has them.
 *
 * @throws Error that says what is damaged, without a code or with one of fzstd's, a number
 */
export async function* unzstandard(source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  const bytes = new Bytes(source as AsyncIterable<Buffer>);
  const { create64 } = await xxhash();
  let frames = 0;
  for (; !(await bytes.atEnd()); frames += 1) {
    const start = await bytes.take(4);
    const magic = start.readUInt32LE();
    if ((magic & ~15) >>> 0 === SKIPPABLE) {
      for (let rest = (await bytes.take(4)).readUInt32LE(); rest > 0; rest -= 2 ** 16)
        await bytes.take(Math.min(rest, 2 ** 16));
      continue;
    }
    if (magic !== MAGIC) throw new Error(frames === 0 ? "invalid zstd data" : "what follows a frame is no frame");
    const { header, hasChecksum, contentSize } = await readHeader(bytes);
    const ready: Buffer[] = [];
    const frame = new Decompress((chunk) => ready.push(Buffer.from(chunk)));
    const hash = create64();
    let size = 0;
    const finished = (): Buffer[] => {
      for (const chunk of ready) {
        hash.update(chunk);
        size += chunk.length;
      }
      return ready.splice(0);
    };
    frame.push(Buffer.concat([start, header]));
    for (let last = false; !last; ) {
      const blockHeader = await bytes.take(3);
      const described = blockHeader.readUIntLE(0, 3);
      last = (described & 1) === 1;
      // A block of type 1 is one byte, repeated.
      const length = ((described >> 1) & 3) === 1 ? 1 : described >> 3;
      // A push that ends with its block leaves fzstd an empty view of it that keeps it for good, all that is compressed in the
      // end; a header alone is put before what follows, and its list of views begun anew.
      frame.push(blockHeader);
      frame.push(await bytes.take(length));
      yield* finished();
    }
    const checksum = hasChecksum ? await bytes.take(4) : Buffer.alloc(0);
    frame.push(checksum);
    frame.push(Buffer.alloc(0), true);
    yield* finished();
    if (contentSize !== undefined && BigInt(size) !== contentSize)
      throw new Error(`a frame of ${contentSize} bytes has ${size}`);
    if (hasChecksum && Number(hash.digest() & 0xffffffffn) !== checksum.readUInt32LE())
      throw new Error("the content does not have the frame's checksum; the file is damaged");
  }
  if (frames === 0) throw new Error("it is empty");
}

/** Section 3.1.1.1. */
async function readHeader(bytes: Bytes) {
  const [descriptor] = await bytes.take(1);
  const singleSegment = (descriptor >> 5) & 1;
  const window = await bytes.take(1 - singleSegment);
  const dictionary = await bytes.take([0, 1, 2, 4][descriptor & 3]);
  const size = await bytes.take([singleSegment, 2, 4, 8][descriptor >> 6]);
  const contentSize = readSize(size);
  const windowSize = singleSegment ? Number(contentSize) : 2 ** (10 + (window[0] >> 3)) * (1 + (window[0] & 7) / 8);
  if (windowSize > LARGEST_WINDOW)
    throw new Error(`a frame needs a window of ${windowSize} bytes, and ${LARGEST_WINDOW} are the most`);
  const header = Buffer.concat([[descriptor], window, dictionary, size].map((part) => Uint8Array.from(part)));
  return { header, hasChecksum: (descriptor & 4) !== 0, contentSize };
}

/** Two bytes count from 256. */
function readSize(bytes: Buffer): bigint | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes.length === 8) return bytes.readBigUInt64LE();
  return BigInt(bytes.readUIntLE(0, bytes.length)) + (bytes.length === 2 ? 256n : 0n);
}

/** Bytes that arrive in pieces, taken in others. */
class Bytes {
  private readonly pieces: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.pieces = source[Symbol.asyncIterator]();
  }

  async atEnd(): Promise<boolean> {
    return !(await this.has(1));
  }

  async take(count: number): Promise<Buffer> {
    if (!(await this.has(count))) throw new Error("unexpected EOF");
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(count);
    return taken;
  }

  private async has(count: number): Promise<boolean> {
    while (this.rest.length < count) {
      const { done, value } = await this.pieces.next();
      if (done) return false;
      this.rest = Buffer.concat([this.rest, value]);
    }
    return true;
  }
}
