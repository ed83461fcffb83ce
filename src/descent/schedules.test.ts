import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learningRates } from "../search/trajectory.js";
import { type RateSchedule, scheduledRate, scheduleNames } from "./schedules.js";

const rates = (schedule: RateSchedule) => Array.from({ length: schedule.steps }, (_, t) => scheduledRate(schedule, t));
const BASE = { learningRate: 0.5, steps: 20, warmup: 4, decay: 0.25 };

const anySchedule = fc.record({
  schedule: fc.constantFrom(...scheduleNames),
  learningRate: fc.double({ min: 1e-9, max: 10, noNaN: true }),
  steps: fc.integer({ min: 1, max: 300 }),
  warmup: fc.integer({ min: 0, max: 400 }),
  decay: fc.double({ min: 0, max: 1, noNaN: true }),
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
        const { warmup, steps, decay, learningRate } = schedule;
        fc.pre(warmup < steps && (schedule.schedule !== "wsd" || warmup < steps - decay * steps));
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
  expect(rates({ ...BASE, schedule: "constant" })).toEqual([...learningRates(BASE)]);
});

test("linear falls by equal steps and ends one step above 0", () => {
  const all = rates({ ...BASE, schedule: "linear" });
  for (let t = 4; t < 20; t++) expect(all[t]).toBeCloseTo((0.5 * (20 - t)) / 16, 14);
});

test("cosine is half way down in the middle, and ends near 0", () => {
  const all = rates({ ...BASE, schedule: "cosine" });
  expect(all[4]).toBe(0.5);
  expect(all[8]).toBeCloseTo(0.25 * (1 + Math.SQRT1_2), 14);
  expect(all[12]).toBeCloseTo(0.25, 14);
  expect(all[19]).toBeCloseTo(0.25 * (1 - Math.cos(Math.PI / 16)), 14);
});

test("wsd stays at the peak until the last quarter, and falls there by equal steps", () => {
  const all = rates({ ...BASE, schedule: "wsd" });
  expect(all.slice(3, 16)).toEqual(new Array(13).fill(0.5));
  for (let t = 16; t < 20; t++) expect(all[t]).toBeCloseTo(0.1 * (20 - t), 14);
  // Without a decay it is constant, and with nothing else linear.
  expect(rates({ ...BASE, schedule: "wsd", decay: 0 })).toEqual(rates({ ...BASE, schedule: "constant" }));
  const linear = rates({ ...BASE, warmup: 0, schedule: "linear" });
  for (const [t, rate] of rates({ ...BASE, warmup: 0, schedule: "wsd", decay: 1 }).entries())
    expect(rate).toBeCloseTo(linear[t], 14);
});
