import { expect, test } from "vitest";
import { WeightDistribution } from "./weight-distribution.js";

const shareUpTo = (distribution: WeightDistribution, weight: number) =>
  distribution.cumulative().find((point) => Math.abs(point.weight - weight) < 1e-9)?.share;

test("the cumulative distribution of weights, relative to uniform, over several steps", () => {
  const distribution = new WeightDistribution();
  // Relative to uniform (1/4): 0, 0.12, 0.88, 3; then 0, 1.02, 1.5, 1.48 without the last example.
  distribution.add([0, 0.03, 0.22, 0.75], () => true);
  distribution.add([0, 0.255, 0.375, 0.37], (n) => n < 3);
  expect(shareUpTo(distribution, 0)).toBe(2 / 7);
  expect(shareUpTo(distribution, 0.1)).toBe(2 / 7);
  expect(shareUpTo(distribution, 0.2)).toBe(3 / 7);
  expect(shareUpTo(distribution, 1)).toBe(4 / 7);
  expect(shareUpTo(distribution, 1.05)).toBe(5 / 7);
  expect(shareUpTo(distribution, 2)).toBe(6 / 7);
  expect(distribution.cumulative().at(-1)).toEqual({ weight: 4, share: 1 });
});

test("the largest weights only count, and nothing counted is no distribution", () => {
  const distribution = new WeightDistribution();
  expect(distribution.cumulative()).toEqual([]);
  distribution.add([1, 0, 0, 0, 0, 0], (n) => n === 0);
  distribution.add([0, 1, 0, 0, 0, 0], (n) => n === 0);
  expect(distribution.cumulative().at(-1)).toEqual({ weight: 4, share: 0.5 });
});
