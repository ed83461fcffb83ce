import fc from "fast-check";
import { expect, test } from "vitest";
import { Agreement } from "./agreement.js";

/**
 * Adds contributions 0, 1, 2, .. to A, and to B the same or their negatives: a correlation of 1 or -1. Returns the mean
 * correlation, which is two standard errors above the agreement: 2 / 16, for 256 examples count where there are fewer.
 */
function added(agreement: Agreement, examples: number, sign: number): number {
  const toA = Float64Array.from({ length: examples }, (_, i) => i);
  agreement.add(
    toA,
    toA.map((value) => 3 * sign * value + 7),
  );
  return agreement.value + 1 / 8;
}

test("it is 0 before the first measurement, and then the correlation less two standard errors, whatever the scales", () => {
  expect(new Agreement().value).toBe(0);
  expect(added(new Agreement(), 16, 1)).toBeCloseTo(1, 12);
  expect(added(new Agreement(), 16, -1)).toBeCloseTo(-1, 12);
  const agreement = new Agreement();
  // Deviations (-1, 0, 1) and (-4/3, 5/3, -1/3): 1 / sqrt(2 * 42/9).
  agreement.add(Float64Array.of(1, 2, 3), Float64Array.of(0, 3, 1));
  expect(agreement.value).toBeCloseTo(1 / Math.sqrt(2 * (42 / 9)) - 1 / 8, 12);
});

test("the standard error of many examples is one over the root of their number", () => {
  const agreement = new Agreement();
  added(agreement, 1024, 1);
  expect(agreement.value).toBeCloseTo(1 - 2 / 32, 12);
});

test("measurements of few examples are averaged, so that about 256 count; of many the last counts alone", () => {
  const few = new Agreement();
  expect(added(few, 128, 1)).toBeCloseTo(1, 12);
  expect(added(few, 128, -1)).toBeCloseTo((0.5 - 1) / (0.5 + 1), 12);
  expect(added(few, 64, 1)).toBeCloseTo((0.75 * -0.5 + 1) / (0.75 * 1.5 + 1), 12);
  expect(added(few, 256, -1)).toBeCloseTo(-1, 12);
  added(few, 1000, 1);
  expect(added(few, 256, -1)).toBeCloseTo(-1, 12);
});

test("where all examples contribute the same there is nothing to agree on", () => {
  const agreement = new Agreement();
  added(agreement, 128, 1);
  agreement.add(new Float64Array(128).fill(2), new Float64Array(128));
  expect(agreement.value).toBeCloseTo(0.5 / 1.5 - 1 / 8, 12);
});

test("fewer than two examples, which have no correlation, say nothing about the halves", () => {
  for (const examples of [0, 1]) {
    const agreement = new Agreement();
    added(agreement, examples, 1);
    expect(agreement.value).toBe(0);
    added(agreement, 32, 1);
    for (let measurement = 0; measurement < 10; measurement++) added(agreement, examples, 1);
    expect(agreement.value).toBeCloseTo(1 - 1 / 8, 12);
  }
});

test("it is a number from -1.125 to 1 whatever the contributions are, and goes on from its state with the same bits", () => {
  const contribution = fc.oneof(
    fc.constantFrom(0, -0, Number.MIN_VALUE, -1e-300, 1e300, -1e300, 1),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const measurement = fc.array(fc.tuple(contribution, contribution), { maxLength: 40 });
  const add = (agreement: Agreement, pairs: readonly (readonly [number, number])[]) =>
    agreement.add(
      Float64Array.from(pairs, ([a]) => a),
      Float64Array.from(pairs, ([, b]) => b),
    );
  fc.assert(
    fc.property(fc.array(measurement, { maxLength: 12 }), fc.nat(12), (measurements, cut) => {
      const whole = new Agreement();
      for (const pairs of measurements.slice(0, cut)) add(whole, pairs);
      const resumed = new Agreement();
      resumed.restore(structuredClone(whole.state()));
      for (const pairs of measurements.slice(cut)) {
        add(whole, pairs);
        add(resumed, pairs);
      }
      expect(whole.value).toBeLessThanOrEqual(1);
      expect(whole.value).toBeGreaterThanOrEqual(-1.125 - 1e-12);
      expect(resumed.value).toBe(whole.value);
    }),
  );
});
