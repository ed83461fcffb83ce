import { expect, test } from "vitest";
import { lowWeights } from "./low-weights.js";

// Uniform is 0.2: weights below 0.04 are low.
const weights = [0, 0.0399, 0.04, 0.4, 0.5201];

test("low is below a fifth of the uniform weight, and zero is low too", () => {
  expect(lowWeights(weights, () => true)).toEqual({ count: 5, low: 2, zero: 1 });
});

test("only the examples picked count", () => {
  expect(lowWeights(weights, (n) => n >= 2)).toEqual({ count: 3, low: 0, zero: 0 });
  expect(lowWeights(weights, () => false)).toEqual({ count: 0, low: 0, zero: 0 });
});
