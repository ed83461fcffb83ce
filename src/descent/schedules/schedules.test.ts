import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chosen } from "../../base/component.js";
import { learningRates } from "../learning-rates.js";
import { schedules } from "./registry.js";

interface Rates {
  readonly schedule: Chosen;
  readonly learningRate: number;
  readonly steps: number;
  readonly warmup: number;
}

const rates = ({ schedule, learningRate, steps, warmup }: Rates) => {
  const rate = learningRates(learningRate, { warmup }, schedules.create(schedule, { steps, warmup }));
  return Array.from({ length: steps }, (_, t) => rate(t));
};
const BASE = { learningRate: 0.5, steps: 20, warmup: 4 };
const named = (name: string) => ({ name });
const wsd = (decay: number) => ({ name: "wsd", decay });

/** Every schedule of the registry, and those settings of it that decide its shape. */
const anyChoice = fc.constantFrom(...schedules.names).chain((name) =>
  fc.double({ min: 0, max: 1, noNaN: true }).map((decay) => {
    const settings = "decay" in schedules.get(name).settings.shape ? { decay } : {};
    return schedules.schema().parse({ name, ...settings });
  }),
);
const anySchedule = fc.record({
  schedule: anyChoice,
  learningRate: fc.double({ min: 1e-9, max: 10, noNaN: true }),
  steps: fc.integer({ min: 1, max: 300 }),
  warmup: fc.integer({ min: 0, max: 400 }),
});

describe("whatever the schedule", () => {
  test("rates are never negative nor above the peak", () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        for (const rate of rates(schedule)) {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(schedule.learningRate);
        }
      }),
    );
  });

  test("they rise to the end of the warm-up, where they are at the peak, and never after it", () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        // A decay that begins before the warm-up is over never lets the rate reach its peak.
        const { warmup, steps, learningRate } = schedule;
        const { decay = 0 } = schedule.schedule as { decay?: number };
        fc.pre(warmup < steps && warmup < steps - decay * steps);
        const all = rates(schedule);
        const top = Math.max(0, warmup - 1);
        expect(all[top]).toBe(learningRate);
        for (let t = 1; t <= top; t++) expect(all[t]).toBeGreaterThan(all[t - 1]);
        for (let t = top + 1; t < steps; t++) expect(all[t]).toBeLessThanOrEqual(all[t - 1]);
      }),
    );
  });
});

test("constant is the learning rate of full-batch learning", () => {
  expect(rates({ ...BASE, schedule: named("constant") })).toEqual([0.125, 0.25, 0.375, ...new Array(17).fill(0.5)]);
});

test("linear falls by equal steps and ends one step above 0", () => {
  const all = rates({ ...BASE, schedule: named("linear") });
  for (let t = 4; t < 20; t++) expect(all[t]).toBeCloseTo((0.5 * (20 - t)) / 16, 14);
});

test("cosine is half way down in the middle, and ends near 0", () => {
  const all = rates({ ...BASE, schedule: named("cosine") });
  expect(all[4]).toBe(0.5);
  expect(all[8]).toBeCloseTo(0.25 * (1 + Math.SQRT1_2), 14);
  expect(all[12]).toBeCloseTo(0.25, 14);
  expect(all[19]).toBeCloseTo(0.25 * (1 - Math.cos(Math.PI / 16)), 14);
});

test("wsd stays at the peak until the last quarter, and falls there by equal steps", () => {
  const all = rates({ ...BASE, schedule: wsd(0.25) });
  expect(all.slice(3, 16)).toEqual(new Array(13).fill(0.5));
  for (let t = 16; t < 20; t++) expect(all[t]).toBeCloseTo(0.1 * (20 - t), 14);
  // Without a decay it is constant, and with nothing else linear.
  expect(rates({ ...BASE, schedule: wsd(0) })).toEqual(rates({ ...BASE, schedule: named("constant") }));
  const linear = rates({ ...BASE, warmup: 0, schedule: named("linear") });
  for (const [t, rate] of rates({ ...BASE, warmup: 0, schedule: wsd(1) }).entries())
    expect(rate).toBeCloseTo(linear[t], 14);
});
