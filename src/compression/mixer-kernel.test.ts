import fc from "fast-check";
import { expect, test } from "vitest";
import { FLOATS_AT_ONCE, mixerKernel } from "./mixer-kernel.js";

const { fround } = Math;
const memory = new WebAssembly.Memory({ initial: 1 });
const kernel = mixerKernel(memory);
const floats = new Float32Array(memory.buffer);

const float = fc.float({ min: -100, max: 100, noNaN: true });
/** Two rows of as many floats, the second beginning at an address of its own. */
const rows = fc.integer({ min: 1, max: 12 }).chain((turns) => {
  const length = turns * FLOATS_AT_ONCE;
  const row = fc.array(float, { minLength: length, maxLength: length });
  return fc.tuple(row, row);
});
const WEIGHTS = 4096;

test("a product of rows is, to the last bit, the sum of single floats in the order that is said", () => {
  fc.assert(
    fc.property(rows, ([x, w]) => {
      floats.set(x);
      floats.set(w, WEIGHTS / 4);
      const lanes = new Float32Array(FLOATS_AT_ONCE);
      for (let i = 0; i < x.length; i++) lanes[i % FLOATS_AT_ONCE] += fround(fround(x[i]) * fround(w[i]));
      const [a, b, c, d] = [0, 1, 2, 3].map((i) => fround(lanes[i] + lanes[i + 4]));
      expect(kernel.dot(0, WEIGHTS, 4 * x.length)).toBe(fround(fround(a + b) + fround(c + d)));
    }),
  );
});

test("weights learn by the error times the input, each rounded to a single float", () => {
  fc.assert(
    fc.property(rows, fc.float({ min: -1, max: 1, noNaN: true }), ([x, w], error) => {
      floats.set(x);
      floats.set(w, WEIGHTS / 4);
      kernel.train(0, WEIGHTS, 4 * x.length, error);
      const learned = x.map((value, i) => fround(fround(w[i]) + fround(fround(value) * error)));
      expect(floats.subarray(WEIGHTS / 4, WEIGHTS / 4 + x.length)).toEqual(Float32Array.from(learned));
    }),
  );
});
