import { expect, test } from "vitest";
import { clipByNorm } from "./gradient-clipping.js";

test("a gradient beyond the limit keeps its direction and gets the limit as its norm", () => {
  const gradient = Float64Array.of(3, 0, -4);
  expect(clipByNorm(gradient, 1)).toBe(5);
  expect([...gradient]).toEqual([3 / 5, 0, -4 / 5].map((value) => expect.closeTo(value, 15)));
  expect(clipByNorm(gradient, 2)).toBeCloseTo(1, 15);
});

test("a gradient within the limit stays as it is, to the last bit", () => {
  for (const limit of [5, 5.1, 1e9]) {
    const gradient = Float32Array.of(3, 0, -4);
    expect(clipByNorm(gradient, limit)).toBe(5);
    expect(gradient).toEqual(Float32Array.of(3, 0, -4));
  }
  expect(clipByNorm(new Float32Array(3), 1)).toBe(0);
});

test("float32 numbers whose squares float32 cannot hold are clipped all the same", () => {
  const gradient = Float32Array.of(3e30, 4e30);
  expect(clipByNorm(gradient, 1) / 5e30).toBeCloseTo(1, 6);
  expect(gradient[0]).toBeCloseTo(0.6, 6);
});

test("what is not finite does not look finite afterwards", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const gradient = Float64Array.of(1, bad);
    clipByNorm(gradient, 1);
    expect(gradient.every(Number.isFinite)).toBe(false);
  }
});
