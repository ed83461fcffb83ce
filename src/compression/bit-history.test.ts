import fc from "fast-check";
import { expect, test } from "vitest";
import { expectedOf, isRun, nextStates, STATES, seenOf } from "./bit-history.js";

const after = (bits: readonly number[]) => bits.reduce((state, bit) => nextStates[2 * state + bit], 0);
const bits = (length: number) => fc.array(fc.integer({ min: 0, max: 1 }), { minLength: length, maxLength: length });

test("a state fits into a byte", () => {
  expect(STATES).toBeGreaterThan(150);
  expect(STATES).toBeLessThanOrEqual(256);
  expect(nextStates.length).toBe(2 * STATES);
});

test("the first five bits are known in their order", () => {
  const histories = Array.from({ length: 6 }, (_, length) =>
    Array.from({ length: 2 ** length }, (_, number) => Array.from({ length }, (_, i) => (number >> i) & 1)),
  ).flat();
  expect(new Set(histories.map(after)).size).toBe(histories.length);
});

test("no history comes back to none, and none sees more bits than came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 200 }), (bits) => {
      const state = after(bits);
      expect(state).toBeGreaterThan(0);
      expect(seenOf[state]).toBeLessThanOrEqual(bits.length);
      expect(isRun[state]).toBe(
        new Set(bits).size === 1 && bits.length > 0 ? 1 : isRun[state] & Number(bits.length > 5),
      );
    }),
  );
});

test("what is expected mirrors where bits do, and follows what came", () => {
  fc.assert(
    fc.property(bits(12), (bits) => {
      const mirrored = after(bits.map((bit) => 1 - bit));
      expect(expectedOf[after(bits)] + expectedOf[mirrored]).toBeCloseTo(1, 12);
    }),
  );
  expect(expectedOf[after(Array(30).fill(1))]).toBeGreaterThan(0.98);
});

test("a bit that contradicts many others makes them few", () => {
  const before = after(Array(30).fill(1));
  const contradicted = nextStates[2 * before];
  expect(seenOf[before]).toBe(30);
  expect(seenOf[contradicted]).toBeLessThan(8);
  expect(expectedOf[contradicted]).toBeLessThan(0.9);
});
