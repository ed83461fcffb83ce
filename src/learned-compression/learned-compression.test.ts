import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArithmeticDecoder, ArithmeticEncoder } from "../compression/arithmetic-coder.js";
import { tokensOf } from "../data/examples.js";
import { packageRoot } from "../files/package-root.js";
import { refusal, refusalOf } from "../testing/refusal.js";
import { ByteStreams } from "./byte-streams.js";
import { codeByte } from "./code-byte.js";
import { compressByLearning, decompressLearned, LEARNED_HEADER_BYTES } from "./learned-file.js";
import { checkedSettings, defaultLearner, readSettings, settingsBytes } from "./learner-settings.js";

const small = { ...defaultLearner, width: 8, layers: 1, streams: 3, segment: 8 };
const stories = readFileSync(join(packageRoot, "data/tinystories.txt"));

describe("bytes", () => {
  test("are coded by any probabilities, and at what they say", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ byte: fc.integer({ min: 0, max: 255 }), seed: fc.nat(9) }), { maxLength: 20 }),
        (all) => {
          const of = (seed: number) => Float32Array.from({ length: 256 }, (_, i) => ((i * (seed + 7)) % 11) / 1408);
          const encoder = new ArithmeticEncoder();
          for (const { byte, seed } of all) codeByte(encoder, byte, of(seed));
          const decoder = new ArithmeticDecoder(encoder.finish());
          for (const { byte, seed } of all) expect(codeByte(decoder, -1, of(seed))).toBe(byte);
        },
      ),
    );
    const encoder = new ArithmeticEncoder();
    const probabilities = new Float32Array(256).fill(1 / 512).fill(1 / 3, 0, 1);
    let bits = 0;
    for (let i = 0; i < 3000; i++) {
      codeByte(encoder, i % 7, probabilities);
      bits -= Math.log2(probabilities[i % 7] / (1 / 3 + 255 / 512));
    }
    expect(Math.abs((8 * encoder.finish().length) / bits - 1)).toBeLessThan(0.002);
  });
});

describe("streams", () => {
  test("have every byte once, and before the last segment something of each to learn", () => {
    const sizes = fc.record({ streams: fc.integer({ min: 1, max: 9 }), more: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), sizes, (length, { streams, more }) => {
        const segment = streams + more;
        const cut = new ByteStreams(length, streams, segment);
        const content = Uint8Array.from({ length }, (_, i) => i);
        const seen = new Uint8Array(length);
        for (let t = 0; t < cut.segments; t++)
          for (let s = 0; s < streams; s++) {
            for (let i = 0; i < segment; i++) {
              const place = cut.place(t, s, i);
              if (place === undefined) continue;
              seen[place] += 1;
              cut.put(t, s, i, content[place]);
            }
            const ids = [...tokensOf(cut.examples, cut.rows(t)[s])].slice(1);
            if (t < cut.segments - 1) expect(ids.some((id) => id > 0n)).toBe(true);
          }
        expect(seen).toEqual(new Uint8Array(length).fill(1));
      }),
    );
  });

  test("a segment begins with the byte before it", () => {
    const cut = new ByteStreams(8, 1, 3);
    [5, 6, 7].forEach((byte, i) => {
      cut.put(0, 0, i, byte);
    });
    expect([...cut.batch(0)]).toEqual([1n, 6n, 7n, 8n]);
    expect(cut.batch(1)[0]).toBe(8n);
  });
});

test.each([0, 1, 5, 200])("%i bytes come back", async (length) => {
  const content = Uint8Array.from({ length }, (_, i) => (i * i) % 256);
  const { file } = await compressByLearning(content, small);
  expect(await decompressLearned(file, "it")).toEqual(content);
});

test("a file is as long as the area under the loss of its training, and shorter than what it is of", async () => {
  const content = stories.subarray(0, 6000);
  const parts: { bytes: number; bits: number }[] = [];
  const { file, descriptionBits } = await compressByLearning(
    content,
    { ...small, learningRate: 0.02 },
    { onDescribed: (part) => parts.push(part) },
  );
  const code = 8 * (file.length - LEARNED_HEADER_BYTES - 8);
  expect(Math.abs(code / descriptionBits - 1)).toBeLessThan(0.005);
  expect(parts).toHaveLength(250);
  expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(6000);
  expect(parts.reduce((sum, { bits }) => sum + bits, 0)).toBeCloseTo(descriptionBits, 6);
  // At first a byte costs 8 bits and more, and less the more was learned.
  const cost = (some: typeof parts) => some.reduce((sum, { bits }) => sum + bits, 0) / (24 * some.length);
  expect(cost(parts.slice(0, 5))).toBeGreaterThan(7.5);
  expect(cost(parts.slice(-50))).toBeLessThan(5.5);
});

describe("of what is damaged", () => {
  const content = stories.subarray(0, 150);
  test("nothing comes, whichever bit is flipped and wherever it ends", async () => {
    const { file } = await compressByLearning(content, small);
    for (let i = 0; i < file.length; i++) {
      const damaged = file.slice();
      damaged[i] ^= 1 << (i % 8);
      expect(await refusal(decompressLearned(damaged, "x.llz")), `byte ${i}`).toMatch(/^x\.llz /);
    }
    for (let length = 0; length < file.length; length += 7)
      expect(await refusal(decompressLearned(file.subarray(0, length), "x.llz"))).toMatch(/^x\.llz /);
    expect(await refusal(decompressLearned(Uint8Array.of(...file, 0), "x.llz"))).toBe(
      "x.llz is damaged: bytes follow its end",
    );
  });
});

describe("settings", () => {
  test("are in a header what they were", () => {
    const settings = checkedSettings({ ...defaultLearner, schedule: "cosine", width: 128 });
    expect(readSettings(settingsBytes(settings))).toEqual(settings);
  });

  test.each([
    [{ width: 12 }, "the learner's width is 12; it must be a whole number from 8 to 512, divisible by 8"],
    [{ layers: 9 }, "the learner's layers is 9; it must be a whole number from 1 to 8"],
    [{ segment: 7 }, "the learner's segment is 7; it must be at least its streams, 8"],
    [{ learningRate: 0 }, "the learner's learning rate is 0; it must be above 0 and at most 1"],
  ])("%o are refused", (wrong, message) => {
    expect(refusalOf(() => checkedSettings({ ...defaultLearner, ...wrong }))).toBe(message);
  });

  test("no header asks for what no learner has", () => {
    const bytes = settingsBytes(checkedSettings(defaultLearner));
    for (const [at, value] of [
      [0, 255],
      [1, 200],
      [4, 7],
      [6, 0x7f],
    ])
      expect(refusalOf(() => readSettings(bytes.with(at, value)))).toMatch(/^the learner's /);
  });
});
