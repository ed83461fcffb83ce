import type { Block } from "./block-coder.js";
import { LARGEST_BLOCK } from "./block-coder.js";
import type { ByteReader } from "./byte-reader.js";
import { CHECK_BYTES, ContentDigest, sameBytes } from "./content-digest.js";

/** Bytes of the check of what lies in the file. */
const PAYLOAD_CHECK = 4;
const MOST_LENGTH_BYTES = 3;

/** What stands behind the last block: a block of no content. */
export const END = Uint8Array.of(0);

/** Why a block cannot be read. */
export class BlockDamage extends Error {
  override name = "BlockDamage";
}

/** The bytes of a block: two lengths, a check of these and of the payload, the payload, the check of the content. */
export function* blockBytes({ contentLength, payload, check }: Block): Generator<Uint8Array> {
  const lengths = Uint8Array.of(...lengthBytes(contentLength), ...lengthBytes(payload.length));
  yield lengths;
  yield payloadCheck(lengths, payload);
  yield payload;
  yield check;
}

/**
 * The next block; undefined at the end. What is longer than a block can be is refused before room is made for it.
 *
 * @throws BlockDamage where the bytes end before the block does, or do not match their check
 */
export async function readBlock(reader: ByteReader): Promise<Block | undefined> {
  const [contentLength, first] = await readLength(reader);
  if (contentLength === 0) return undefined;
  const [payloadLength, second] = await readLength(reader);
  if (contentLength > LARGEST_BLOCK || payloadLength > contentLength)
    throw new BlockDamage("its lengths are not those of a block");
  const expected = await exactly(reader, PAYLOAD_CHECK);
  const payload = await exactly(reader, payloadLength);
  if (!sameBytes(payloadCheck(Uint8Array.of(...first, ...second), payload), expected))
    throw new BlockDamage("its bytes do not match their check");
  return { contentLength, payload, check: await exactly(reader, CHECK_BYTES) };
}

function payloadCheck(lengths: Uint8Array, payload: Uint8Array): Uint8Array {
  const digest = new ContentDigest();
  digest.add(lengths);
  digest.add(payload);
  return digest.check().subarray(0, PAYLOAD_CHECK);
}

/** A length, seven bits in a byte, the lowest first; the highest bit says that more follow (LEB128). */
function lengthBytes(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...lengthBytes(length >>> 7)];
}

async function readLength(reader: ByteReader): Promise<[length: number, bytes: number[]]> {
  const bytes: number[] = [];
  for (let length = 0; bytes.length < MOST_LENGTH_BYTES; ) {
    const [byte] = await exactly(reader, 1);
    length |= (byte & 127) << (7 * bytes.length);
    bytes.push(byte);
    if (byte < 128) return [length, bytes];
  }
  throw new BlockDamage("its lengths are not those of a block");
}

async function exactly(reader: ByteReader, count: number): Promise<Uint8Array> {
  const bytes = await reader.take(count);
  if (bytes.length < count) throw new BlockDamage("the file is cut short there");
  return bytes;
}
