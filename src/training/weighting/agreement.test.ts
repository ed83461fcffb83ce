import fc from "fast-check";
import { expect, test } from "vitest";
import { Agreement } from "./agreement.js";

/** Adds contributions 0, 1, 2, .. to A, and to B the same or their negatives: a correlation of 1 or -1. */
function add(agreement: Agreement, examples: number, sign: number): void {
  const toA = Float64Array.from({ length: examples }, (_, i) => i);
  agreement.add(
    toA,
    toA.map((value) => 3 * sign * value + 7),
  );
}

function added(examples: number, sign: number): number {
  const agreement = new Agreement();
  add(agreement, examples, sign);
  return agreement.value;
}

test("it is 0 before the first measurement, and then the correlation less two standard errors, whatever the scales", () => {
  expect(new Agreement().value).toBe(0);
  expect(added(16, 1)).toBeCloseTo(1 - 2 / 4, 12);
  expect(added(16, -1)).toBeCloseTo(-1 - 2 / 4, 12);
  expect(added(1024, 1)).toBeCloseTo(1 - 2 / 32, 12);
  const agreement = new Agreement();
  // Deviations (-1, 0, 1) and (-4/3, 5/3, -1/3): 1 / sqrt(2 * 42/9).
  agreement.add(Float64Array.of(1, 2, 3), Float64Array.of(0, 3, 1));
  expect(agreement.value).toBeCloseTo(1 / Math.sqrt(2 * (42 / 9)) - 2 / Math.sqrt(3), 12);
});

test("measurements of few examples are averaged, so that at most 256 count; of many the last counts alone", () => {
  const few = new Agreement();
  add(few, 128, 1);
  add(few, 128, -1);
  // The older ones count half.
  expect(few.value).toBeCloseTo((64 - 128) / 192 - 2 / Math.sqrt(192), 12);
  add(few, 256, -1);
  expect(few.value).toBeCloseTo(-1 - 2 / 16, 12);
  add(few, 1000, 1);
  expect(few.value).toBeCloseTo(1 - 2 / Math.sqrt(1000), 12);
  for (let measurement = 0; measurement < 200; measurement++) add(few, 16, -1);
  expect(few.value).toBeCloseTo(-1 - 2 / 16, 4);
});

test("it is settled once it is of three quarters of 256 examples", () => {
  const agreement = new Agreement();
  for (const settled of [false, false, false, false, true]) {
    add(agreement, 64, 1);
    expect(agreement.settled).toBe(settled);
  }
});

test("where all examples contribute the same there is nothing to agree on", () => {
  const agreement = new Agreement();
  add(agreement, 128, 1);
  agreement.add(new Float64Array(128).fill(2), new Float64Array(128));
  expect(agreement.value).toBeCloseTo(64 / 192 - 2 / Math.sqrt(192), 12);
});

test("fewer than two examples, which have no correlation, say nothing about the halves", () => {
  for (const examples of [0, 1]) {
    const agreement = new Agreement();
    add(agreement, examples, 1);
    expect(agreement.value).toBe(0);
    add(agreement, 32, 1);
    for (let measurement = 0; measurement < 10; measurement++) add(agreement, examples, 1);
    expect(agreement.value).toBeCloseTo(1 - 2 / Math.sqrt(32), 12);
  }
});

test("it is a number of at most 1 whatever the contributions are, and goes on from its state with the same bits", () => {
  const contribution = fc.oneof(
    fc.constantFrom(0, -0, Number.MIN_VALUE, -1e-300, 1e300, -1e300, 1),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const measurement = fc.array(fc.tuple(contribution, contribution), { maxLength: 40 });
  const addPairs = (agreement: Agreement, pairs: readonly (readonly [number, number])[]) =>
    agreement.add(
      Float64Array.from(pairs, ([a]) => a),
      Float64Array.from(pairs, ([, b]) => b),
    );
  fc.assert(
    fc.property(fc.array(measurement, { maxLength: 12 }), fc.nat(12), (measurements, cut) => {
      const whole = new Agreement();
      for (const pairs of measurements.slice(0, cut)) addPairs(whole, pairs);
      const resumed = new Agreement();
      resumed.restore(structuredClone(whole.state()));
      for (const pairs of measurements.slice(cut)) {
        addPairs(whole, pairs);
        addPairs(resumed, pairs);
      }
      expect(whole.value).toBeLessThanOrEqual(1);
      expect(whole.value).toBeGreaterThanOrEqual(-1 - 2 / Math.sqrt(2) - 1e-12);
      expect(resumed.value).toBe(whole.value);
    }),
  );
});
