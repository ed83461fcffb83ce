import fc from "fast-check";
import { expect, test } from "vitest";
import { similarity } from "./similarity.js";

test("the mean is weighted, the deviation is not, and examples without weight do not count", () => {
  // Mean 0.75 * 2 + 0.25 * 6 = 3; squares (2 - 3)^2 + (6 - 3)^2 = 10 over two examples.
  const result = similarity([0.75, 0.25, 0], [2, 6, 1e9]);
  expect(result).toEqual({ mean: 3, deviation: Math.sqrt(5), similarity: 3 / Math.sqrt(5), weighted: 2 });
});

test("equal contributions have no deviation, and no SIM", () => {
  expect(similarity([0.5, 0.5, 0], [2, 2, 5])).toEqual({ mean: 2, deviation: 0, similarity: null, weighted: 2 });
});

test("one example with all the weight", () => {
  expect(similarity([0, 1], [3, -4])).toEqual({ mean: -4, deviation: 0, similarity: null, weighted: 1 });
});

test("SIM has no unit: it does not change with the scale of the contributions", () => {
  const contributions = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 9 });
  fc.assert(
    fc.property(contributions, fc.constantFrom(0.125, 2, 1024), (values, scale) => {
      const weights = values.map(() => 1 / values.length);
      const before = similarity(weights, values);
      fc.pre(before.deviation > 1e-6);
      const after = similarity(
        weights,
        values.map((value) => value * scale),
      );
      expect(after.similarity).toBeCloseTo(before.similarity!, 9);
    }),
  );
});
