import { expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { LearningStep } from "./learning-step.js";
import { Sgd } from "./optimizers/sgd.js";

const P = 3;
const setUp = (clip: number | null = null) =>
  new LearningStep({
    optimizer: new Sgd({ momentum: 0.5, weightDecay: 0 }, { parameters: P, dtype: "float64" }),
    rate: (t) => 1 / (t + 2),
    clip,
    diverged: (t) => new InputError(`diverged after step ${t}`),
  });
const gradientOf =
  (...values: number[]) =>
  async (into: Float32Array | Float64Array) =>
    into.set(values);

test("it moves by the optimizer's update at the rate of the step, in place or into another array", async () => {
  const theta = Float64Array.of(1, 2, 3);
  const step = setUp();
  const next = new Float64Array(P);
  await step.take(0, theta, gradientOf(1, 0, -2), next);
  expect(theta).toEqual(Float64Array.of(1, 2, 3));
  expect(next).toEqual(Float64Array.of(0.5, 2, 4));
  // The velocity is 0.5 (1, 0, -2) + (0, 3, 0), the rate 1/3.
  await step.take(1, next, gradientOf(0, 3, 0));
  expect([...next].map((value) => Number(value.toFixed(12)))).toEqual([0.333333333333, 1, 4.333333333333]);
});

test("a gradient longer than the limit is shortened to it", async () => {
  const theta = new Float64Array(P);
  await setUp(1).take(0, theta, gradientOf(3, 0, 4));
  expect([...theta].map((value) => Number(value.toFixed(12)))).toEqual([-0.3, 0, -0.4]);
});

test("how long a gradient is before it is shortened is told", async () => {
  const told: unknown[] = [];
  const step = new LearningStep({
    optimizer: new Sgd({ momentum: 0, weightDecay: 0 }, { parameters: P, dtype: "float64" }),
    ...{ rate: () => 1, clip: 1, onNorms: (t, norms) => told.push([t, norms]) },
    diverged: () => new InputError("diverged"),
  });
  const theta = new Float64Array(P);
  await step.take(7, theta, gradientOf(3, 0, -4));
  expect(told).toEqual([[7, { l1: 7, l2: 5 }]]);
  expect([...theta]).toEqual([expect.closeTo(-0.6, 12), 0, expect.closeTo(0.8, 12)]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("a gradient of %d is refused with the steps taken", async (bad) => {
  const taken = setUp().take(4, new Float64Array(P), gradientOf(0, bad, 0));
  await expect(taken).rejects.toThrow(InputError);
  await expect(taken).rejects.toThrow("diverged after step 5");
});
