import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { bootstrap, percentileInterval } from "./bootstrap.js";
import { effectiveSize } from "./effective-size.js";
import { fitParameters } from "./fit.js";
import { linearLeastSquares } from "./linear-least-squares.js";
import type { FitProblem } from "./problem.js";
import { huber, leastSquares } from "./residual-loss.js";
import { covariance } from "./standard-errors.js";

const x = Float64Array.from({ length: 40 }, (_, i) => i / 10);
const decay = ([a, rate, c]: readonly number[]) => x.map((t) => a * Math.exp(-rate * t) + c);
const problemOf = (observed: Float64Array): FitProblem => ({ observed, predict: decay });

test("parameters of a curve without noise are found", () => {
  const positive = fc.double({ min: 0.3, max: 3, noNaN: true });
  fc.assert(
    fc.property(positive, positive, positive, (a, rate, c) => {
      const fit = fitParameters(problemOf(decay([a, rate, c])), leastSquares, [[1, 1, 1]])!;
      expect(fit.converged).toBe(true);
      for (const [j, value] of [a, rate, c].entries()) expect(fit.parameters[j]).toBeCloseTo(value, 3);
    }),
    { numRuns: 30 },
  );
});

test("standard errors of a line are those of linear regression", () => {
  const random = createRandom(1, "line");
  const y = x.map((t) => 2 - t + 0.1 * random.normal());
  const problem: FitProblem = { observed: y, predict: ([a, b]) => x.map((t) => a + b * t) };
  const fit = fitParameters(problem, leastSquares, [[0, 0]])!;
  const [a, b] = linearLeastSquares([x.map(() => 1), x], y);
  expect(fit.parameters[0]).toBeCloseTo(a, 5);
  const mean = x.reduce((sum, t) => sum + t, 0) / x.length;
  const variance = y.reduce((sum, v, i) => sum + (v - a - b * x[i]) ** 2, 0) / (x.length - 2);
  const spread = x.reduce((sum, t) => sum + (t - mean) ** 2, 0);
  const { errors, errorOf } = covariance(problem, fit);
  expect(errors[1]).toBeCloseTo(Math.sqrt(variance / spread), 8);
  // At the mean of x, a + b x has the variance of a mean.
  expect(errorOf(([a, b]) => a + b * mean)).toBeCloseTo(Math.sqrt(variance / x.length), 8);
});

describe("Huber", () => {
  test("points far off hardly move the fit, as they do by squares", () => {
    const y = decay([2, 1, 0.5]);
    for (const i of [3, 17, 30]) y[i] += 2;
    const error = (loss: typeof leastSquares) =>
      Math.abs(fitParameters(problemOf(y), loss, [[1, 1, 1]])!.parameters[2] - 0.5);
    expect(error(huber(0.01))).toBeLessThan(0.01);
    expect(error(leastSquares)).toBeGreaterThan(0.03);
  });

  test("the median is where the absolute values are least", () => {
    const observed = Float64Array.of(1, 2, 3, 10, 50);
    const fit = fitParameters({ observed, predict: ([m]) => observed.map(() => m) }, huber(1e-3), [[0]])!;
    expect(fit.parameters[0]).toBeCloseTo(3, 2);
  });
});

test("parameters stay within their bounds, and a fit at a bound has converged", () => {
  const problem = { ...problemOf(decay([2, 1, -0.5])), lower: [0, 0, 0] };
  const fit = fitParameters(problem, leastSquares, [[1, 1, 1]])!;
  expect(fit.parameters[2]).toBe(0);
  expect(fit.converged).toBe(true);
});

test("the best of several starts is taken, and how many agree is said", () => {
  const random = createRandom(2, "sine");
  const observed = x.map((t) => Math.sin(3 * t) + 0.01 * random.normal());
  const problem: FitProblem = { observed, predict: ([w]) => x.map((t) => Math.sin(w * t)) };
  const fit = fitParameters(problem, leastSquares, [[0.5], [2.8], [3.2], [8]])!;
  expect(fit.parameters[0]).toBeCloseTo(3, 2);
  expect([fit.starts, fit.agreeing]).toEqual([4, 2]);
});

test("a law without numbers at any start is no fit", () => {
  const problem: FitProblem = { observed: x, predict: () => x.map(() => Number.NaN) };
  expect(fitParameters(problem, leastSquares, [[1]])).toBeUndefined();
});

test("bootstrap intervals of a mean are about two standard errors wide on either side", () => {
  const random = createRandom(3, "mean");
  const observed = Float64Array.from({ length: 100 }, () => random.normal());
  const problem: FitProblem = { observed, predict: ([m]) => observed.map(() => m) };
  const fit = fitParameters(problem, leastSquares, [[0]])!;
  const [low, high] = percentileInterval(bootstrap(problem, leastSquares, fit, random, 400), ([m]) => m);
  const deviation = Math.sqrt(observed.reduce((sum, v) => sum + (v - fit.parameters[0]) ** 2, 0) / 100);
  expect((high - low) / (3.92 * deviation * 0.1)).toBeGreaterThan(0.85);
  expect((high - low) / (3.92 * deviation * 0.1)).toBeLessThan(1.15);
});

test("correlated residuals are worth fewer", () => {
  const random = createRandom(5, "correlated");
  const white = Float64Array.from({ length: 2000 }, () => random.normal());
  let last = 0;
  const correlated = white.map((value) => (last = 0.5 * last + value));
  expect(effectiveSize(white)).toBeGreaterThan(1800);
  expect(effectiveSize(correlated) / 2000).toBeCloseTo(1 / 3, 1);
});
