import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { fitRidge, type LinearMap } from "./ridge-regression.js";

function dense(rows: readonly (readonly number[])[]): LinearMap {
  return {
    rows: rows.length,
    columns: rows[0].length,
    multiply: (vector, into) => {
      for (const [i, row] of rows.entries()) into[i] = row.reduce((sum, value, j) => sum + value * vector[j], 0);
    },
    multiplyTransposed: (vector, into) => {
      for (let j = 0; j < into.length; j++) into[j] = rows.reduce((sum, row, i) => sum + row[j] * vector[i], 0);
    },
  };
}

test("one feature, by hand: w = cov / (var + lambda), and b makes the means agree", () => {
  const x = [1, 2, 3, 6];
  const y = [2, 1, 5, 8];
  // Means 3 and 4; variance 14 / 4, covariance (4 + 3 + 0 + 12) / 4.
  const { weights, intercept } = fitRidge(dense(x.map((value) => [value])), Float64Array.from(y), 0.5);
  expect(weights[0]).toBeCloseTo(19 / 4 / (14 / 4 + 0.5), 12);
  expect(intercept).toBeCloseTo(4 - 3 * weights[0], 12);
});

describe("two features: the closed form", () => {
  const random = createRandom(1, "ridge");
  const rows = Array.from({ length: 30 }, () => {
    const first = random.normal() + 5;
    // The features go together, and the second is small.
    return [first, 0.1 * (first + 0.5 * random.normal())];
  });
  const y = Float64Array.from(rows, ([a, b]) => 2 * a - 3 * b + 7 + random.normal());

  test.each([1e-4, 0.01, 1])("at lambda %d", (lambda) => {
    const n = rows.length;
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
    const means = [mean(rows.map(([a]) => a)), mean(rows.map(([, b]) => b)), mean([...y])];
    const centred = rows.map(([a, b], i) => [a - means[0], b - means[1], y[i] - means[2]]);
    const moment = (i: number, j: number) => mean(centred.map((row) => row[i] * row[j]));
    const [aa, ab, bb] = [moment(0, 0) + lambda, moment(0, 1), moment(1, 1) + lambda];
    const [ay, by] = [moment(0, 2), moment(1, 2)];
    const determinant = aa * bb - ab * ab;
    const expected = [(bb * ay - ab * by) / determinant, (aa * by - ab * ay) / determinant];

    const { weights, intercept } = fitRidge(dense(rows), y, lambda);
    expect(weights[0]).toBeCloseTo(expected[0], 8);
    expect(weights[1]).toBeCloseTo(expected[1], 8);
    expect(intercept).toBeCloseTo(means[2] - expected[0] * means[0] - expected[1] * means[1], 8);
  });

  test("wherever it starts", () => {
    const cold = fitRidge(dense(rows), y, 0.01);
    const warm = fitRidge(dense(rows), y, 0.01, Float64Array.of(100, -50));
    expect(warm.weights[0]).toBeCloseTo(cold.weights[0], 6);
    expect(warm.weights[1]).toBeCloseTo(cold.weights[1], 6);
  });
});
