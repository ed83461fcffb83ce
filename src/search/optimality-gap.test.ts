import fc from "fast-check";
import { expect, test } from "vitest";
import { byStretch, optimalityGap } from "./optimality-gap.js";
import { projectOntoSimplex } from "./simplex.js";

const N = 4;
const T = 3;
const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: T * N, maxLength: T * N });
const rowsOf = (values: readonly number[]) => [0, 1, 2].map((t) => Float64Array.from(values.slice(t * N, (t + 1) * N)));

test("the gap is what the linear program max over policies of <gamma - gamma', dJ> gives", () => {
  fc.assert(
    fc.property(numbers, numbers, (weights, gradient) => {
      const [gamma, slopes] = [rowsOf(weights), rowsOf(gradient)];
      for (const row of gamma) projectOntoSimplex(row);
      const gap = gamma.reduce((sum, row, t) => sum + optimalityGap(row, slopes[t]), 0);
      // The maximum of a linear function over a product of simplices is at one of its N^T corners.
      let most = Number.NEGATIVE_INFINITY;
      for (let corner = 0; corner < N ** T; corner++) {
        let fall = 0;
        for (let t = 0; t < T; t++) {
          const n = Math.floor(corner / N ** t) % N;
          for (let i = 0; i < N; i++) fall += (gamma[t][i] - Number(i === n)) * slopes[t][i];
        }
        most = Math.max(most, fall);
      }
      expect(gap).toBeCloseTo(most, 10);
      expect(gap).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("it is 0 where all examples with weight have the same, least derivative", () => {
  expect(optimalityGap(Float64Array.of(0.25, 0, 0.75), Float64Array.of(-2, 1, -2))).toBe(0);
  expect(optimalityGap(Float64Array.of(0.25, 0.25, 0.5), Float64Array.of(-2, 1, -2))).toBeCloseTo(0.75, 12);
  // Rounded weights do not make it negative.
  expect(optimalityGap(Float64Array.of(0.3, 0.3), Float64Array.of(1, 1))).toBe(0);
});

test("stretches of time share the gap among them", () => {
  expect(byStretch(Float64Array.of(1, 1, 0, 2), 2)).toEqual([0.5, 0.5]);
  expect(byStretch(Float64Array.of(3, 1))).toEqual([0.75, 0.25]);
  expect(byStretch(new Float64Array(20))).toEqual(new Array(10).fill(0));
});
