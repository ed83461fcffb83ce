import { expect, test } from "vitest";
import { interpolateCurve } from "./interpolate-curve.js";

test("measured losses are kept to the last bit, and others lie on straight lines between them", () => {
  const points = [
    { step: 0, loss: 8 },
    { step: 2, loss: 4.1 },
    { step: 3, loss: 0.7 },
    { step: 7, loss: 2.7 },
  ];
  const curve = interpolateCurve(points);
  expect(curve.length).toBe(7);
  for (const { step, loss } of points.slice(1)) expect(curve[step - 1]).toBe(loss);
  expect(curve[0]).toBeCloseTo(6.05, 14);
  expect([...curve.slice(3, 6)]).toEqual([1.2, 1.7, 2.2].map((loss) => expect.closeTo(loss, 14)));
});

test("a curve that was measured at every step is itself", () => {
  const losses = [3, 2.5, 1 / 3, 0.1];
  expect([...interpolateCurve(losses.map((loss, step) => ({ step, loss })))]).toEqual(losses.slice(1));
});
