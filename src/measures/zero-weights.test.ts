import { expect, test } from "vitest";
import { nonPositiveZeroShare, zeroWeights } from "./zero-weights.js";

test("zero weights are counted over all steps, and on perturbed examples", () => {
  const policy = { steps: 2, examples: 3, weights: Float32Array.of(0, 1, 0, 0, 0.5, 0.5) };
  expect(zeroWeights(policy, [true, true, false])).toEqual({ all: 3, perturbed: 2 });
});

test("the share of zero weights where nothing is contributed is of all steps together, not a mean of shares", () => {
  const steps = [
    { nonPositive: 8, nonPositiveZero: 2 },
    { nonPositive: 2, nonPositiveZero: 2 },
  ];
  expect(nonPositiveZeroShare(steps)).toBe(0.4);
  expect(nonPositiveZeroShare([{ nonPositive: 0, nonPositiveZero: 0 }])).toBeNull();
});
