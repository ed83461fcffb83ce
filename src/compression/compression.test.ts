import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { packageRoot } from "../files/package-root.js";
import { LARGEST_BLOCK } from "./block-coder.js";
import type { ByteChunks } from "./byte-reader.js";
import { compress } from "./compress.js";
import { ContentDigest } from "./content-digest.js";
import { decompress } from "./decompress.js";
import { HEADER_BYTES, writeHeader } from "./header.js";
import { LEVELS, modelSize } from "./levels.js";

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return Buffer.concat(parts);
}

const compressed = (content: Uint8Array, level = 1) =>
  collected(compress([content], { level, length: content.length, verify: false }));
const decompressed = (chunks: ByteChunks) => collected(decompress(chunks, { name: "it" }));

/** As toEqual, which looks at one byte after the other, does not say in a second of a million. */
function expectSame(actual: Buffer, expected: Uint8Array): void {
  expect(actual.equals(expected), `${actual.length} bytes are those ${expected.length}`).toBe(true);
}

/** How a file is refused; undefined where it is not. */
async function refusal(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await decompressed([bytes]);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
}

const random = (count: number) => {
  const numbers = createRandom(1, "bytes");
  return Uint8Array.from({ length: count }, () => numbers.integer(256));
};
const stories = readFileSync(join(packageRoot, "data/tinystories.txt"));
const text = stories.subarray(0, 3000);
const planes = Array.from({ length: 17 }, (_, plane) =>
  String.fromCodePoint(plane * 0x10000 + 0x41, plane * 0x10000 + 0xfffd),
);
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC",
  "base64",
);

describe("gives back", () => {
  test.each<[string, Uint8Array]>([
    ["nothing", new Uint8Array(0)],
    ["one byte", Uint8Array.of(7)],
    ["all bytes equal", new Uint8Array(5000).fill(97)],
    ["every byte value", Uint8Array.from({ length: 1024 }, (_, i) => i)],
    ["random bytes", random(5000)],
    ["characters of every plane in UTF-8", Buffer.from(planes.join("").repeat(20))],
    ["lines that end with CR LF", Buffer.from(stories.subarray(0, 3000).toString().replaceAll("\n", "\r\n"))],
    ["100,000 zeros", new Uint8Array(100_000)],
    ["the head of an executable", readFileSync(process.execPath).subarray(0, 8192)],
    ["an image", png],
    [
      "text after a long repetition, and other text",
      Buffer.concat([text, text, text.subarray(5, 900), stories.subarray(9000, 9500)]),
    ],
  ])("%s", async (_, content) => {
    const file = await compressed(content);
    expectSame(await decompressed([file]), content);
    expect(file.length).toBeLessThanOrEqual(1.001 * content.length + 64);
  });

  test("any bytes, in whatever pieces they come", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (content, piece) => {
        const pieces = (bytes: Uint8Array) =>
          Array.from({ length: Math.ceil(bytes.length / piece) }, (_, i) => bytes.slice(i * piece, (i + 1) * piece));
        const options = { level: 1, length: content.length, verify: true };
        const file = await collected(compress(pieces(content), options));
        expectSame(await decompressed(pieces(file)), content);
      }),
      { numRuns: 10 },
    );
  });

  test.each([2, 4, 6, 8, LEVELS])("text, at level %i", async (level) => {
    const content = stories.subarray(0, 600);
    const file = await collected(compress([content], { level, length: content.length, verify: true }));
    expectSame(await decompressed([file]), content);
  });

  test("more than a block", async () => {
    const content = new Uint8Array(LARGEST_BLOCK + 10);
    expectSame(await decompressed([await compressed(content)]), content);
  });
});

test("the bytes of this version of the format stay what they are", async () => {
  const digest = new ContentDigest();
  for (const level of [1, 5, 9]) digest.add(await compressed(stories.subarray(0, 1000), level));
  expect(Buffer.from(digest.check()).toString("hex")).toBe("4a629282a5bd3711");
});

test("a higher level makes stories smaller, and each smaller than xz -9e makes them", async () => {
  const content = stories.subarray(0, 8000);
  const sizes: number[] = [];
  for (const level of [1, 3]) sizes.push((await compressed(content, level)).length);
  expect(sizes[1]).toBeLessThan(sizes[0]);
  expect(sizes[0]).toBeLessThan(3068);
});

describe("damage is told, and no wrong byte given out", () => {
  test("in every bit of the header", async () => {
    const file = await compressed(text);
    for (let bit = 0; bit < 8 * HEADER_BYTES; bit++) {
      const damaged = Uint8Array.from(file);
      damaged[bit >> 3] ^= 1 << (bit & 7);
      expect(await refusal(damaged)).toMatch(/^it is (not a file that|damaged: its header)/);
    }
  });

  test("in any bit behind it", async () => {
    const file = await compressed(text);
    const numbers = createRandom(1, "bits to flip");
    for (let i = 0; i < 100; i++) {
      const damaged = Uint8Array.from(file);
      damaged[HEADER_BYTES + numbers.integer(file.length - HEADER_BYTES)] ^= 1 << numbers.integer(8);
      expect(await refusal(damaged)).toMatch(/^it is damaged/);
    }
  });

  test("where it is cut short, anywhere, or bytes follow", async () => {
    const file = await compressed(text);
    const cuts = Array.from({ length: 100 }, (_, i) => Math.floor((i * file.length) / 100));
    for (const cut of [...cuts, file.length - 1]) expect(await refusal(file.subarray(0, cut))).toBeDefined();
    expect(await refusal(Buffer.concat([file, file]))).toBe("it is damaged: bytes follow its end");
    expect(await refusal(Buffer.alloc(0))).toMatch(/^it is not a file that learning-law compress has made/);
  });

  test("where a check is right and its content is not, as on a machine that computes otherwise", async () => {
    const file = await compressed(text);
    // The check of the content is the last thing before the end.
    file[file.length - 2] ^= 1;
    expect(await refusal(file)).toBe("it is damaged in block 1: its content does not match its check");
  });
});

describe("nothing is allocated for", () => {
  const asking = (change: object) => refusal(writeHeader({ ...modelSize(3), ...change }));

  test.each([{ slotBits: 40 }, { slotBits: 21 }, { historyBits: 31 }, { level: 0 }, { level: 10 }, { slotBits: 3 }])(
    "a header that asks for %o",
    async (change) => {
      expect(await asking(change)).toMatch(/^it asks for a model that no level from 1 to 9 has/);
    },
  );

  test("a block longer than blocks are", async () => {
    const header = writeHeader(modelSize(1, 10));
    const lengths = Uint8Array.of(0xff, 0xff, 0x7f, 0xff, 0xff, 0x7f);
    expect(await refusal(Buffer.concat([header, lengths]))).toBe(
      "it is damaged in block 1: its lengths are not those of a block",
    );
  });
});

test("it can be interrupted in the middle of a block", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const seen: number[] = [];
  const onProgress = ({ done }: { done: number }) => {
    seen.push(done);
    controller.abort(reason);
  };
  const content = stories.subarray(0, 200_000);
  const options = { level: 1, verify: true, onProgress, signal: controller.signal };
  await expect(collected(compress([content], options))).rejects.toBe(reason);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toBeLessThan(content.length);
});
