import { describe, expect, test } from "vitest";
import { unzstandard } from "./zstandard.js";

const TEXT = "the cat sees a dog, the dog sees a cat, and the cat sees the dog again\n";
/** By the zstd command 1.5: a compressed block, and a raw one. */
const COMPRESSED = "KLUv/SRHrQEAVAJ0aGUgY2F0IHNlZXMgYSBkb2csIHRoZWNhdCwgYW5kYWdhaW4KBQBIEXiqwM7LNylkUJrl8HA2";
const RAW = "KLUv/QRYEQAAYQpVyMwe";
const frame = Buffer.from(COMPRESSED, "base64");
const SKIPPED = Buffer.from("502a4d1803000000616263", "hex");

/** What the bytes hold, given in pieces; or what is wrong with them. */
async function read(bytes: Buffer, piece = bytes.length): Promise<string> {
  async function* pieces() {
    for (let start = 0; start < bytes.length; start += piece) yield bytes.subarray(start, start + piece);
  }
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of unzstandard(pieces())) chunks.push(chunk);
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
  return Buffer.concat(chunks).toString();
}

describe("Zstandard", () => {
  test("frames follow one another, and some are skipped, in whatever pieces they arrive", async () => {
    const several = Buffer.concat([SKIPPED, frame, SKIPPED, Buffer.from(RAW, "base64"), frame]);
    for (const piece of [1, 2, 7, several.length]) expect(await read(several, piece)).toBe(`${TEXT}a\n${TEXT}`);
  });

  test("a frame with any bit flipped is refused, or holds the same", async () => {
    for (let bit = 0; bit < 8 * frame.length; bit += 1) {
      const damaged = Buffer.from(frame);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      const found = await read(damaged);
      if (found !== TEXT) expect(found, `bit ${bit}`).toMatch(/^refused: /);
    }
  });

  test("a frame that is cut short anywhere is refused, and so is what follows that is no frame", async () => {
    for (let length = 0; length < frame.length; length += 1)
      expect(await read(frame.subarray(0, length))).toMatch(/^refused: (unexpected EOF|it is empty)$/);
    expect(await read(Buffer.concat([frame, Buffer.from("more")]))).toBe("refused: what follows a frame is no frame");
  });

  test("a frame that asks for more memory than a window may have is refused before it gets any", async () => {
    const huge = Buffer.from("28b52ffd8000ffffff7f00000000", "hex");
    huge[5] = 31 << 3;
    expect(await read(huge)).toBe("refused: a frame needs a window of 2199023255552 bytes, and 134217728 are the most");
  });
});
