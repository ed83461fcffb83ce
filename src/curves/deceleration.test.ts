import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { lnBrokenPowerLaw } from "./broken-power-law.js";
import { measureDeceleration } from "./deceleration.js";
import { grouped, logMovingAverage, logSpaced } from "./smoothing.js";

const law = { b: 20, c0: 0.2, c1: -0.17, lnD1: Math.log(2500), f1: 0.3 };

/** Points at the published steps with noise of ln L. */
function points(lnLoss: (lnT: number) => number, deviation: number, seed: number, T = 30_000) {
  const random = createRandom(seed, "noise");
  return logSpaced(Array.from({ length: T }, (_, i) => ({ step: i + 1, loss: 1 })))
    .filter(({ step }) => step > 100)
    .map(({ step }) => ({ step, loss: Math.exp(lnLoss(Math.log(step)) + deviation * random.normal()) }));
}

test("a broken power law without noise is found, and what follows from it", () => {
  const { verdict, fit } = measureDeceleration(points((lnT) => lnBrokenPowerLaw(law, lnT), 0, 1));
  expect(verdict).toBe("decelerates");
  expect(fit!.td).toBeCloseTo(2500, 0);
  expect(fit!.Ld).toBeCloseTo(20 * 2500 ** -0.2, 4);
  expect(fit!.rd).toBeCloseTo(0.03, 5);
  expect(fit!.predictedFinal).toBeCloseTo(20 * 2500 ** -0.2 * 12 ** -0.03, 3);
  expect(fit!.rsle).toBeLessThan(1e-6);
});

test("with noise the truth lies in most of the intervals", () => {
  const held = Array.from({ length: 12 }, (_, seed) => {
    const { fit } = measureDeceleration(points((lnT) => lnBrokenPowerLaw(law, lnT), 0.01, seed));
    return Number(fit!.intervals.td[0] <= 2500 && 2500 <= fit!.intervals.td[1]);
  });
  expect(held.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(9);
});

test("single power laws are given no break", () => {
  const found = Array.from({ length: 12 }, (_, seed) =>
    measureDeceleration(points((lnT) => 3 - 0.1 * lnT, 0.01, seed)),
  );
  expect(found.filter(({ verdict }) => verdict !== "no break").length).toBeLessThanOrEqual(1);
});

test("a curve that falls faster after its break accelerates", () => {
  const faster = { ...law, c0: 0.03, c1: 0.17, b: 8 };
  expect(measureDeceleration(points((lnT) => lnBrokenPowerLaw(faster, lnT), 0.003, 1)).verdict).toBe("accelerates");
});

describe("too little data", () => {
  test.each([
    ["few points", points((lnT) => 3 - 0.1 * lnT, 0, 1).slice(0, 19), /^19 points; a break needs 20$/],
    [
      "a short stretch",
      points((lnT) => 3 - 0.1 * lnT, 0, 1, 1000),
      /^steps 110 to 1000; a break needs points over a factor of 10/,
    ],
    ["nothing", [], /^0 points/],
  ])("%s", (_, few, reason) => {
    const found = measureDeceleration(few);
    expect(found.verdict).toBe("too little data");
    expect(found.reason).toMatch(reason);
    expect(found.fit).toBeUndefined();
  });
});

test("neighbours that are put together lie on the power law that they are of", () => {
  const lossAt = (step: number) => 20 * step ** -0.1;
  const curve = Array.from({ length: 1000 }, (_, i) => ({ step: i + 1, loss: lossAt(i + 1) }));
  const few = grouped(curve, 100);
  expect(few.length).toBe(100);
  for (const { step, loss } of few) expect(loss).toBeCloseTo(lossAt(step), 10);
  expect(grouped(curve, 1000)).toBe(curve);
});

test("the logarithmic moving average goes back to step t / 1.2", () => {
  const curve = Array.from({ length: 25 }, (_, step) => ({ step, loss: step ** 2 }));
  const smooth = logMovingAverage(curve);
  const mean = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => (from + i) ** 2).reduce((sum, v) => sum + v, 0) / (to - from + 1);
  expect(smooth[1].loss).toBe(mean(0, 1));
  expect(smooth[12].loss).toBeCloseTo(mean(10, 12), 10);
  expect(smooth[24].loss).toBeCloseTo(mean(20, 24), 10);
});

test("published steps are about as many to a power of ten, and the last", () => {
  const steps = logSpaced(Array.from({ length: 12_345 }, (_, i) => ({ step: i + 1, loss: 1 }))).map(({ step }) => step);
  expect(steps.slice(98, 102)).toEqual([99, 100, 110, 120]);
  expect(steps.slice(-4)).toEqual([10_000, 11_000, 12_000, 12_345]);
});
