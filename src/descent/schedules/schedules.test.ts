import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chosen } from "../../base/component.js";
import { scheduledRates } from "../learning-rates.js";
import { schedules } from "./registry.js";
import type { ScheduleFacts } from "./schedule.js";

interface Rates extends ScheduleFacts {
  readonly schedule: Chosen;
}

const rates = ({ schedule, ...facts }: Rates) =>
  Array.from({ length: facts.steps }, (_, t) => scheduledRates(schedule, facts)(t));
const BASE = { learningRate: 0.5, steps: 20, warmup: 4, batch: 8, length: 32 };
const named = (name: string) => schedules.choose(name);
const wsd = (decay: number) => ({ name: "wsd", decay });

/** What a schedule that cannot stand alone is given. */
const GIVEN: Readonly<Record<string, object>> = { refined: { run: "runs/plain", rates: [0.2, 0.7, 1, 0.4, 0] } };

/** Every schedule of the registry, with the decay of those that have one. */
const anyChoice = fc.constantFrom(...schedules.names).chain((name) =>
  fc.double({ min: 0, max: 1, noNaN: true }).map((decay) => {
    const settings = "decay" in schedules.get(name).settings.shape ? { decay } : {};
    return schedules.schema().parse({ name, ...GIVEN[name], ...settings });
  }),
);
const anySchedule = fc.record({
  schedule: anyChoice,
  learningRate: fc.double({ min: 1e-9, max: 10, noNaN: true }),
  steps: fc.integer({ min: 1, max: 300 }),
  warmup: fc.integer({ min: 0, max: 400 }),
  batch: fc.integer({ min: 1, max: 1024 }),
  length: fc.integer({ min: 1, max: 4096 }),
});

describe("whatever the schedule", () => {
  test("rates are above 0 and never above the peak", () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        for (const rate of rates(schedule)) {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(schedule.learningRate);
        }
      }),
    );
  });

  test("they rise to the end of the warm-up, most of them to the peak, and never after it", () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        const { warmup, steps, learningRate } = schedule;
        const { name, decay = 0 } = schedule.schedule as { name: string; decay?: number };
        // It rises where its norms say so.
        fc.pre(name !== "refined");
        // A fall that begins before the warm-up is over never lets the rate reach its peak.
        const falls = name === "step" ? 0.5 : decay;
        fc.pre(warmup < steps && warmup < steps - Math.ceil(falls * steps));
        const all = rates(schedule);
        const top = Math.max(0, warmup - 1);
        // What many tokens allow may be less.
        if (name !== "power") expect(all[top]).toBe(learningRate);
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

test("rex is at the values of its formula, above linear by a third in the middle", () => {
  const all = rates({ ...BASE, learningRate: 1, warmup: 0, schedule: named("rex") });
  for (const [t, value] of [
    [0, 1],
    [5, 0.857143],
    [10, 0.666667],
    [15, 0.4],
    [18, 0.181818],
  ])
    expect(all[t]).toBeCloseTo(value, 6);
  // The mean over the way is 2 - 2 ln 2.
  const many = rates({ ...BASE, learningRate: 1, warmup: 0, steps: 20000, schedule: named("rex") });
  expect(many.reduce((sum, rate) => sum + rate) / 20000).toBeCloseTo(2 - 2 * Math.LN2, 4);
});

describe("power", () => {
  /** A step of 10^9 tokens, as many steps as none is in the decay. */
  const published = (batch: number, decay = 0) => ({
    ...{ learningRate: 0.02, steps: 256, warmup: 0, batch, length: 1e9 / batch },
    schedule: { name: "power", a: 4, b: -0.51, decay },
  });

  test.each([
    [128, [0.01316043, 0.00648962, 0.00320014, 0.00157804, 0.00077816]],
    [1024, [0.02, 0.02, 0.02, 0.01262432, 0.00622526]],
  ])(
    "of batches of %d sequences it is at the published rates after 1, 4, 16, 64 and 256 billion tokens",
    (batch, values) => {
      const all = rates(published(batch));
      for (const [i, value] of values.entries()) expect(all[4 ** i - 1]).toBeCloseTo(value, 8);
    },
  );

  test("with a = 4.6 it is at the paper's own 0.0011 after 10 trillion tokens in batches of 1,024", () => {
    const facts = { learningRate: 0.02, steps: 10, warmup: 0, batch: 1024, length: 1e12 / 1024 };
    expect(rates({ ...facts, schedule: { name: "power", a: 4.6, b: -0.51, decay: 0 } })[9]).toBeCloseTo(0.00110423, 8);
  });

  test("at its end it falls exponentially from where it is", () => {
    const all = rates(published(128, 0.25));
    const from = all[191];
    for (const [i, share] of [1, 0.65007, 0.37754, 0.1653].entries())
      expect(all[192 + 16 * i] / from).toBeCloseTo(share, 5);
    // Where its first tokens allow more than the peak, it is constant: so are small models under the published a.
    const small = { ...BASE, learningRate: 0.003, schedule: { name: "power", a: 4, b: -0.51, decay: 0 } };
    expect(rates(small)).toEqual(rates({ ...small, schedule: named("constant") }));
  });

  test("its warm-up leads up to where the tokens of the warm-up have it", () => {
    const all = rates({ ...published(128), warmup: 4 });
    for (let t = 0; t < 4; t++) expect(all[t]).toBeCloseTo(((t + 1) / 4) * 0.00648962, 8);
  });
});

test("rewarm is at the published rates: up to 3e-4 in 10 steps, and down to a tenth of it", () => {
  const schedule = { name: "rewarm", floor: 0.1 };
  const facts = { ...BASE, learningRate: 3e-4, steps: 1000, warmup: 10 };
  const all = rates({ ...facts, schedule });
  // The paper counts steps of the warm-up from 1.
  expect([all[4], all[9]]).toEqual([1.5e-4, 3e-4]);
  expect(all[10]).toBe(3e-4);
  expect(all[258]).toBeCloseTo(2.603078e-4, 10);
  expect(all[505]).toBeCloseTo(1.65e-4, 10);
  expect(all[753]).toBeCloseTo(6.938924e-5, 11);
  expect(scheduledRates(schedule, facts)(1000)).toBeCloseTo(3e-5, 12);
  expect(rates({ ...facts, schedule: { name: "rewarm", floor: 1 } })).toEqual(
    rates({ ...facts, schedule: named("constant") }),
  );
  for (const [t, rate] of rates({ ...facts, schedule: named("cosine") }).entries())
    expect(scheduledRates({ name: "rewarm", floor: 0 }, facts)(t)).toBeCloseTo(rate, 15);
});

test("step drops tenfold at half and at three quarters of the way, as the published residual networks", () => {
  const facts = { ...BASE, learningRate: 0.1, steps: 64000, warmup: 0 };
  const rate = scheduledRates(named("step"), facts);
  expect([0, 31999, 32000, 47999, 48000, 63999].map((t) => Number(rate(t).toPrecision(12)))).toEqual([
    ...[0.1, 0.1, 0.01, 0.01, 0.001, 0.001],
  ]);
  // 0.1 * 30 is a little above 3.
  const early = rates({ ...facts, steps: 30, schedule: { name: "step", factor: 0.5, at: [0.1] } });
  expect(early.slice(2, 4)).toEqual([0.1, 0.05]);
});

test("exponential falls by the same factor in every step, to its final share in step T", () => {
  const schedule = { name: "exponential", final: 0.01 };
  const all = rates({ ...BASE, schedule });
  expect(all[4]).toBe(0.5);
  for (let t = 5; t < 20; t++) expect(all[t] / all[t - 1]).toBeCloseTo(0.01 ** (1 / 16), 14);
  expect(scheduledRates(schedule, BASE)(20)).toBeCloseTo(0.005, 15);
});

describe("refined", () => {
  const { recorded } = schedules.get("refined");
  const made = (l1: readonly number[], settings: object = {}) =>
    recorded!.make({ run: "runs/plain", smoothing: 0.1, ...settings }, () => ({ l1, l2: l1, norm: "l1" })) as number[];
  const under = (rates: number[]) => ({ name: "refined", run: "runs/plain", rates });

  test("of norms that are all alike it is linear, over any number of steps", () => {
    for (const steps of [1, 2, 7, 20, 500])
      for (const [t, rate] of rates({ ...BASE, steps, schedule: under(made(new Array(11).fill(3))) }).entries())
        expect(rate).toBeCloseTo(
          scheduledRates(named("linear"), { ...BASE, steps, warmup: 0 })(t) * Math.min(1, (t + 1) / 4),
          14,
        );
  });

  test("by default the norm is the run's, and another can be chosen", () => {
    expect(made([4, 2, 1, 1, 2])).toEqual([0.5, 0.833333, 1, 0.333333, 0]);
    expect(made([4, 2, 1, 1, 2], { norm: "l2" })).toEqual([0.125, 0.45, 1, 0.2, 0]);
    const unknown = () => recorded!.make({ run: "norms.json", smoothing: 0.1 }, () => ({ l1: [1, 2], l2: [1, 2] }));
    expect(unknown).toThrow("norms.json does not say in which norm its gradients are measured; set norm to l1 or l2");
  });

  test("a long one is kept at 500 places, and drawn out the same", () => {
    const norms = Array.from({ length: 5000 }, (_, t) => 1 + Math.exp(-t / 500));
    const kept = made(norms);
    expect(kept).toHaveLength(500);
    const whole = schedules.create(under(made(norms.filter((_, t) => t % 10 === 0))), BASE);
    const shape = schedules.create(under(kept), BASE);
    for (let t = 0; t < 20; t++) expect(Math.abs(shape(t) - whole(t))).toBeLessThan(0.01);
  });

  test("it says what it has not read", () => {
    expect(() => schedules.create({ name: "refined", run: "runs/plain" }, BASE)).toThrow(
      "the schedule refined has not read runs/plain; resolve the configuration",
    );
  });
});
