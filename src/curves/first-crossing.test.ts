import fc from "fast-check";
import { expect, test } from "vitest";
import { firstCrossing } from "./first-crossing.js";

test("a loss between two others is reached on the straight line that leads from one to the other", () => {
  expect(firstCrossing([4, 3, 1], 2)).toEqual({ index: 2, share: 0.5 });
  expect(firstCrossing([4, 3, 1], 3)).toEqual({ index: 1, share: 1 });
  expect(firstCrossing([4, 3, 1], 3.75)).toEqual({ index: 1, share: 0.25 });
});

test("one that is there from the first is reached there, and one below all is not", () => {
  expect(firstCrossing([4, 3], 5)).toEqual({ index: 0, share: 1 });
  expect(firstCrossing([4, 3], 4)).toEqual({ index: 0, share: 1 });
  expect(firstCrossing([4, 3], 2.9)).toBeUndefined();
  expect(firstCrossing([], 1)).toBeUndefined();
});

test("from a loss that is no number there is no line: it is reached where it is measured", () => {
  expect(firstCrossing([Number.NaN, 1], 2)).toEqual({ index: 1, share: 1 });
  expect(firstCrossing([Number.POSITIVE_INFINITY, 1], 2)).toEqual({ index: 1, share: 1 });
});

test("before the crossing all losses are higher, and the line meets the loss there, whatever the curve", () => {
  const loss = fc.double({ min: 0.1, max: 10, noNaN: true });
  fc.assert(
    fc.property(fc.array(loss, { minLength: 1 }), loss, (losses, target) => {
      const crossing = firstCrossing(losses, target);
      if (crossing === undefined) return losses.every((value) => value > target);
      const { index, share } = crossing;
      expect(losses.slice(0, index).every((value) => value > target)).toBe(true);
      if (index === 0) return share === 1;
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThanOrEqual(1);
      expect(losses[index - 1] + share * (losses[index] - losses[index - 1])).toBeCloseTo(target, 9);
    }),
  );
});
