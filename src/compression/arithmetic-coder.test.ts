import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { ArithmeticDecoder, ArithmeticEncoder } from "./arithmetic-coder.js";

const UNIT = 65536;

interface Coded {
  readonly bit: number;
  readonly p: number;
}

function encoded(bits: readonly Coded[]): Uint8Array {
  const encoder = new ArithmeticEncoder();
  for (const { bit, p } of bits) encoder.code(bit, p);
  return encoder.finish();
}

function expectBack(bits: readonly Coded[]): void {
  const decoder = new ArithmeticDecoder(encoded(bits));
  const wrong = bits.findIndex(({ bit, p }) => decoder.code(0, p) !== bit);
  expect(wrong).toBe(-1);
}

/** Bits that come as often as their probabilities say. */
function drawn(count: number, probability: (i: number) => number): Coded[] {
  const random = createRandom(1, "bits");
  return Array.from({ length: count }, (_, i) => {
    const p = probability(i);
    return { bit: random.uniform() * UNIT < p ? 1 : 0, p };
  });
}

const bitAndProbability = fc.record({
  bit: fc.integer({ min: 0, max: 1 }),
  p: fc.oneof(fc.integer({ min: 1, max: UNIT - 1 }), fc.constantFrom(1, 2, UNIT / 2, UNIT - 2, UNIT - 1)),
});

test("gives back any bits of any probabilities", () => {
  fc.assert(fc.property(fc.array(bitAndProbability, { maxLength: 500 }), expectBack));
});

describe("carries", () => {
  test.each([1, 2, 255, 256, UNIT / 2, UNIT - 1])("into all bytes before, at probabilities of %i", (p) => {
    // 0 moves the interval up as far as it goes: bytes of 255 wait, until a 1 or a 0 of the other half decides.
    for (let zeros = 0; zeros < 60; zeros++) {
      const climb = Array.from({ length: zeros }, () => ({ bit: 0, p }));
      for (const last of [0, 1]) expectBack([...climb, { bit: last, p: UNIT - p }, { bit: 1 - last, p: 3 }, ...climb]);
    }
  });
});

describe("takes within 0.1% of the bits that its probabilities stand for", () => {
  test.each([
    ["near 1/2", () => 30000],
    ["one in a thousand", () => 65],
    ["the smallest there is, and the largest", (i: number) => (i % 2 === 0 ? 1 : UNIT - 1)],
    ["of all sizes", (i: number) => 1 + ((i * 40503) % (UNIT - 1))],
  ])("%s", (_, probability) => {
    const bits = drawn(400_000, probability);
    let entropy = 0;
    for (const { bit, p } of bits) entropy -= Math.log2((bit === 1 ? p : UNIT - p) / UNIT);
    const bytes = encoded(bits).length;
    expect(bytes).toBeGreaterThan(entropy / 8 - 2);
    expect(bytes).toBeLessThan((1.001 * entropy) / 8 + 4);
  });
});

test("no bits take no bytes, and the coder begins anew after its end", () => {
  const encoder = new ArithmeticEncoder();
  expect(encoder.finish()).toEqual(new Uint8Array(0));
  const code = () => {
    for (let i = 0; i < 1000; i++) encoder.code(i % 3 === 0 ? 1 : 0, 20000);
    return encoder.finish();
  };
  const first = code();
  expect(first.length).toBeGreaterThan(100);
  expect(code()).toEqual(first);
});
