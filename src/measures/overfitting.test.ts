import { expect, test } from "vitest";
import { lowestBeforeRise } from "./overfitting.js";

const points = (...losses: number[]) =>
  losses.map((testLoss, i) => ({ step: 10 * i, tokens: 0, work: 0, seconds: 0, testLoss }));

test("a loss that has risen since its lowest is overfitted from there, and noise is not", () => {
  expect(lowestBeforeRise(points(7, 5, 5.1, 10.9))).toMatchObject({ step: 10, testLoss: 5 });
  expect(lowestBeforeRise(points(7, 5, 5.05))).toBeUndefined();
  expect(lowestBeforeRise(points(7, 5, 5.2))).toMatchObject({ step: 10 });
  expect(lowestBeforeRise(points(7, 6, 5))).toBeUndefined();
  expect(lowestBeforeRise(points(7, 8, 9))).toMatchObject({ step: 0 });
});
