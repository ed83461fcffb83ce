import { expect, test } from "vitest";
import { uniformPolicy } from "../search/policy.js";
import { totalWeights, WeightDynamicsSample } from "./weight-dynamics.js";

test("total weights are relative to the uniform policy", () => {
  expect([...totalWeights(uniformPolicy(3, 4))]).toEqual([1, 1, 1, 1]);
  const policy = { steps: 2, examples: 2, weights: Float32Array.of(1, 0, 0.5, 0.5) };
  expect([...totalWeights(policy)]).toEqual([1.5, 0.5]);
});

test("a small process is sampled whole, examples in the order of their weight", () => {
  const policy = { steps: 2, examples: 3, weights: Float32Array.of(0.5, 0, 0.5, 0.25, 0, 0.75) };
  const sample = new WeightDynamicsSample(policy);
  sample.add(0, policy.weights.subarray(0, 3), [4, 5, 6]);
  sample.add(1, policy.weights.subarray(3), [-4, -5, -6]);
  expect(sample.steps).toEqual([0, 1]);
  expect(sample.result()).toEqual([
    { id: 1, weights: [0, 0], contributions: [5, -5] },
    { id: 0, weights: [1.5, 0.75], contributions: [4, -4] },
    { id: 2, weights: [1.5, 2.25], contributions: [6, -6] },
  ]);
});

test("a large one at 24 examples from the least to the most weighted and at 200 steps from the first to the last", () => {
  const [T, N] = [1000, 500];
  const weights = Float32Array.from({ length: T * N }, (_, i) => (2 * (i % N)) / (N * (N - 1)));
  const sample = new WeightDynamicsSample({ steps: T, examples: N, weights });
  for (let t = 0; t < T; t++) sample.add(t, weights.subarray(0, N), new Float32Array(N).fill(t));
  const ids = sample.result().map(({ id }) => id);
  expect(ids).toHaveLength(24);
  expect([ids[0], ids.at(-1)]).toEqual([0, N - 1]);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect([sample.steps.length, sample.steps[0], sample.steps.at(-1)]).toEqual([200, 0, T - 1]);
  for (const { contributions } of sample.result()) expect(contributions).toEqual(sample.steps);
});
