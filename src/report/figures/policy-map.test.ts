import { expect, test } from "vitest";
import type { Policy } from "../../search/policy.js";
import { binned } from "./policy-map.js";

test("a small policy is drawn cell by cell, its examples in the order given", () => {
  const policy: Policy = { steps: 2, examples: 2, weights: Float32Array.of(0.25, 0.75, 0, 1) };
  expect(binned(policy, [1, 0])).toEqual({ columns: 2, rows: 2, values: Float64Array.of(1.5, 2, 0.5, 0) });
});

test("a large one is drawn as the means of what falls into a cell", () => {
  const [steps, examples] = [1000, 500];
  const weights = new Float32Array(steps * examples).map((_, i) => (i % examples < 250 ? 2 / examples : 0));
  const order = Array.from({ length: examples }, (_, n) => n);
  const { columns, rows, values } = binned({ steps, examples, weights }, order);
  expect([columns, rows]).toEqual([240, 160]);
  expect(values[0]).toBeCloseTo(2, 6);
  expect(values[values.length - 1]).toBe(0);
  expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 2);
});
