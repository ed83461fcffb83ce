import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { packageRoot } from "../files/package-root.js";
import { BlockDecoder, BlockEncoder } from "./block-coder.js";
import { modelSize } from "./levels.js";

const size = modelSize(2, 20_000);
const numbers = createRandom(1, "bytes");
const noise = Uint8Array.from({ length: 3000 }, () => numbers.integer(256));
const text = readFileSync(join(packageRoot, "data/tinystories.txt")).subarray(0, 3000);

function finished<Result>(portions: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = portions.next();
    if (done) return value as Result;
  }
}

test("blocks are learned from one after the other, those that are stored too", () => {
  const contents = [noise, text, noise, text, noise];
  const encoder = new BlockEncoder(size);
  const blocks = contents.map((content) => finished(encoder.encode(content)));
  const lengths = blocks.map(({ payload }) => payload.length);
  // The noise is stored when it comes first; text and noise that come again take next to nothing.
  expect(lengths[0]).toBe(noise.length);
  expect(lengths[1]).toBeLessThan(1300);
  for (const length of lengths.slice(2)) expect(length).toBeLessThan(100);

  const decoder = new BlockDecoder(size);
  for (const [i, block] of blocks.entries())
    expect(finished(decoder.decode(block))).toEqual(Uint8Array.from(contents[i]));
});

test("a block that is not the next one does not match its check", () => {
  const encoder = new BlockEncoder(size);
  const [first, second] = [text, noise].map((content) => finished(encoder.encode(content)));
  expect(finished(new BlockDecoder(size).decode(second))).toBeUndefined();
  const decoder = new BlockDecoder(size);
  expect(finished(decoder.decode(first))).toBeDefined();
  expect(finished(decoder.decode(first))).toBeUndefined();
});
