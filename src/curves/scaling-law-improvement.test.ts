import fc from "fast-check";
import { expect, test } from "vitest";
import { scalingLawLoss } from "./scaling-law.js";
import { improvement, predictedAcceleration } from "./scaling-law-improvement.js";

const lawOf = (B: number, beta: number) => ({ L0: 1.5, t0: 0, B, beta, correlation: 1 });

test("improvements are shares: B falls, beta rises", () => {
  const { B, beta } = improvement(lawOf(3.4, 0.606), lawOf(100, 0.5));
  expect(B).toBeCloseTo(0.966, 12);
  expect(beta).toBeCloseTo(0.212, 12);
  expect(improvement(lawOf(100, 0.5), lawOf(100, 0.5))).toEqual({ B: 0, beta: 0 });
});

test("the predicted acceleration is how many times sooner the loss is reached", () => {
  const B = fc.double({ min: 1, max: 1000, noNaN: true });
  const beta = fc.double({ min: 0.1, max: 1, noNaN: true });
  fc.assert(
    fc.property(B, beta, B, beta, fc.integer({ min: 1, max: 10_000_000 }), (B1, beta1, B2, beta2, T) => {
      const [conventional, law] = [lawOf(B1, beta1), lawOf(B2, beta2)];
      const sooner = T / predictedAcceleration(law, conventional, T);
      const excess = (it: typeof law, t: number) => scalingLawLoss({ ...it, L0: 0 }, t);
      expect(excess(law, sooner) / excess(conventional, T)).toBeCloseTo(1, 9);
    }),
  );
});

test("equal powers accelerate by the ratio of B at every step", () => {
  expect(predictedAcceleration(lawOf(25, 0.5), lawOf(100, 0.5), 7)).toBeCloseTo(4, 12);
  expect(predictedAcceleration(lawOf(25, 0.5), lawOf(100, 0.5), 7e6)).toBeCloseTo(4, 12);
});
