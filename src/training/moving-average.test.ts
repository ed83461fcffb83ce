import { expect, test } from "vitest";
import { MovingAverage } from "./moving-average.js";

test("it is the mean of the states so far, the weight of each falling by the decay from step to step", () => {
  const states = [5, 1, -2, 4, 8].map((value) => Float64Array.of(value, -value));
  const average = new MovingAverage(states[0], 0.7);
  expect(average.values).toEqual(states[0]);
  for (let t = 1; t < states.length; t++) {
    average.update(states[t], t);
    const weights = Array.from({ length: t }, (_, i) => 0.7 ** (t - 1 - i));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const expected = weights.reduce((sum, weight, i) => sum + weight * states[i + 1][0], 0) / total;
    expect(average.values[0]).toBeCloseTo(expected, 14);
    expect(average.values[1]).toBeCloseTo(-expected, 14);
  }
});

test("the start has no part in it, nor does it change", () => {
  const start = Float32Array.of(100);
  const average = new MovingAverage(start, 0.999);
  average.update(Float32Array.of(2), 1);
  expect(average.values[0]).toBe(2);
  expect(start[0]).toBe(100);
});

test("without decay it is the state itself", () => {
  const average = new MovingAverage(Float32Array.of(1), 0);
  for (const [i, value] of [3, -7].entries()) {
    average.update(Float32Array.of(value), i + 1);
    expect(average.values[0]).toBe(value);
  }
});
