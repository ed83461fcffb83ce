import fc from "fast-check";
import { expect, test } from "vitest";
import type { Point } from "./protocol.js";
import { ThinnedCurve } from "./thinned-curve.js";

const losses = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 300 });

test("a curve of any length is kept in bounded room, with its lowest, highest and newest point, in order", () => {
  fc.assert(
    fc.property(losses, (values) => {
      const curve = new ThinnedCurve("testLoss", 8);
      for (const [step, testLoss] of values.entries()) curve.add({ step, testLoss });
      const kept = [...curve.points(), ...curve.tip()];
      expect(kept.length).toBeLessThanOrEqual(2 * 8 + 1);
      const steps = kept.map(({ step }) => step);
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      const found = kept.map(({ testLoss }) => testLoss);
      expect(Math.min(...found)).toBe(Math.min(...values));
      expect(Math.max(...found)).toBe(Math.max(...values));
      expect(steps.at(-1)).toBe(values.length - 1);
      for (const { step, testLoss } of kept) expect(testLoss).toBe(values[step]);
    }),
  );
});

test("a short curve is kept as it is", () => {
  const curve = new ThinnedCurve("testLoss", 8);
  const points = Array.from({ length: 8 }, (_, step) => ({ step, testLoss: 8 - step }));
  for (const point of points) curve.add(point);
  expect([curve.points(), curve.tip(), curve.generation]).toEqual([points, [], 0]);
});

test("within a generation, points are only added: who has had the first needs the rest alone", () => {
  fc.assert(
    fc.property(losses, (values) => {
      const curve = new ThinnedCurve("testLoss", 8);
      let had: Point[] = [];
      let generation = 0;
      for (const [step, testLoss] of values.entries()) {
        curve.add({ step, testLoss });
        const points = curve.points();
        if (curve.generation === generation) expect(points.slice(0, had.length)).toEqual(had);
        generation = curve.generation;
        had = points;
      }
    }),
    { numRuns: 50 },
  );
});
