import fc from "fast-check";
import { expect, test } from "vitest";
import { TrainingProgress } from "./training-progress.js";

test("a training without preparation is done as far as its steps are", () => {
  const progress = new TrainingProgress(8);
  expect([0, 1, 4, 8].map((step) => progress.after(step))).toEqual([0, 1 / 8, 1 / 2, 1]);
});

test("preparing is a fifth of the whole", () => {
  const progress = new TrainingProgress(4);
  expect(progress.preparing(0.5)).toBeCloseTo(0.1, 12);
  expect(progress.after(0)).toBeCloseTo(0.2, 12);
  expect(progress.after(2)).toBeCloseTo(0.6, 12);
});

test("it never falls, and ends at 1", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 10 }), (steps, parts) => {
      const progress = new TrainingProgress(steps);
      const shares = [
        ...Array.from({ length: parts }, (_, i) => progress.preparing((i + 1) / parts)),
        ...Array.from({ length: steps }, (_, i) => progress.after(i + 1)),
      ];
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.at(-1)).toBeCloseTo(1, 12);
    }),
  );
});
