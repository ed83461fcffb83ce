import { expect, test } from "vitest";
import { checkDerivatives } from "../testing/check-derivatives.js";
import { compiled, valuesOf } from "../testing/evaluate.js";
import { grad, jvp } from "./autodiff.js";
import { input, literal } from "./constants.js";
import { mul } from "./elementwise.js";
import { max, mean, sum } from "./reductions.js";

const cases = [
  { shape: [4], axes: undefined },
  { shape: [2, 3, 2], axes: undefined },
  { shape: [2, 3, 2], axes: [1] },
  { shape: [2, 3, 2], axes: [0, 2] },
  { shape: [2, 3, 2], axes: [2, 0] },
  { shape: [2, 3, 2], axes: [-1] },
  { shape: [2, 3, 2], axes: [-2, 0] },
  { shape: [3, 1, 2], axes: [1] },
  { shape: [3, 2], axes: [] },
  { shape: [], axes: undefined },
].flatMap((one) => [
  { ...one, keep: false },
  { ...one, keep: true },
]);

test.each(cases)("derivatives over axes $axes of $shape, keep $keep", async ({ shape, axes, keep }) => {
  await checkDerivatives((x) => sum(x, axes, { keep }), [{ shape }]);
  await checkDerivatives((x) => mean(mul(x, x), axes, { keep }), [{ shape }]);
  await checkDerivatives((x) => max(x, axes, { keep }), [{ shape, draw: "apart" }]);
  await checkDerivatives((x) => max(mul(x, x), axes, { keep }), [{ shape, draw: "positive" }], { tolerance: 1e-8 });
});

test("values and shapes", async () => {
  const x = literal([1, 5, 3, 4, 2, 6], [2, 3], "float64");
  expect(await valuesOf(sum(x))).toEqual([21]);
  expect(await valuesOf(sum(x, [0]))).toEqual([5, 7, 9]);
  expect(await valuesOf(mean(x, [1]))).toEqual([3, 4]);
  expect(await valuesOf(max(x, [-1]))).toEqual([5, 6]);
  expect(max(x, [-1], { keep: true }).shape).toEqual([2, 1]);
  expect(sum(x, [0], { keep: true }).shape).toEqual([1, 3]);
  expect(mean(x).shape).toEqual([]);
});

test("equal maxima have equal shares of the derivative, in both modes", async () => {
  const x = input("x", [2, 4], "float64");
  const v = input("v", [2, 4], "float64");
  const largest = max(x, [1]);
  const run = await compiled({ gradient: grad(sum(largest), [x])[0], tangent: jvp([largest], [x], [v])[0] });
  const { gradient, tangent } = await run({
    x: Float64Array.of(3, 1, 3, 0, -2, -2, -2, -2),
    v: Float64Array.of(1, 10, 2, 10, 1, 2, 3, 4),
  });
  expect([...gradient]).toEqual([0.5, 0, 0.5, 0, 0.25, 0.25, 0.25, 0.25]);
  expect([...tangent]).toEqual([1.5, 2.5]);
});
