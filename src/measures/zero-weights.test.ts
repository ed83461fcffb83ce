import { expect, test } from "vitest";
import { zeroWeights } from "./zero-weights.js";

test("zero weights are counted over all steps, and on perturbed examples", () => {
  const policy = { steps: 2, examples: 3, weights: Float32Array.of(0, 1, 0, 0, 0.5, 0.5) };
  expect(zeroWeights(policy, [true, true, false])).toEqual({ all: 3, perturbed: 2 });
});
