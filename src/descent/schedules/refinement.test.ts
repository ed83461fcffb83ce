import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import { refine, smoothed } from "./refinement.js";

describe("refine", () => {
  const digits = (rates: Float64Array, scale = 1) => [...rates].map((rate) => Number((scale * rate).toFixed(6)));

  test("norms that are all alike give the linear decay", () => {
    for (const norm of ["l1", "l2"] as const)
      expect(digits(refine([7, 7, 7, 7, 7], norm, 0.1), 0.8)).toEqual([0.8, 0.6, 0.4, 0.2, 0]);
  });

  test("small gradients get a large rate, as published", () => {
    const norms = [4, 2, 1, 1, 2];
    expect(digits(refine(norms, "l2", 0.1))).toEqual([0.125, 0.45, 1, 0.2, 0]);
    // w[t] sum_{p > t} w[p] / sum w, before it is divided by its largest.
    expect(digits(refine(norms, "l1", 0.1), 1.5 / 3.25)).toEqual([0.230769, 0.384615, 0.461538, 0.153846, 0]);
  });

  test("whatever the norms: from 0 to 1, the largest 1 and the last 0, and no unit matters", () => {
    const anyNorms = fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(
        anyNorms,
        fc.constantFrom("l1", "l2"),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (norms, norm, share) => {
          const rates = refine(norms, norm, share);
          expect(Math.max(...rates)).toBe(1);
          expect(Math.min(...rates)).toBe(0);
          expect(rates.indexOf(0)).toBe(norms.length - 1);
          const scaled = refine(
            norms.map((length) => 4 * length),
            norm,
            share,
          );
          for (const [t, rate] of rates.entries()) expect(scaled[t]).toBeCloseTo(rate, 12);
        },
      ),
    );
  });

  test.each([
    [[1], "two steps or more"],
    [[1, Number.NaN, 1], "the gradient norm of step 2 is NaN, and must be finite"],
    [[1, 1, 0], "the gradients vanish about step 3 of 3"],
  ])("%j is refused", (norms, message) => {
    expect(() => refine(norms, "l2", 0.1)).toThrow(InputError);
    expect(() => refine(norms, "l2", 0.1)).toThrow(message);
  });
});

describe("smoothed", () => {
  /** The published padding: on the right a reflection of two widths, and what is beyond either end the value there. */
  function naive(values: readonly number[], share: number): number[] {
    const half = Math.floor((share * values.length) / 2);
    const last = values.length - 1;
    const reflected = (t: number): number => {
      const place = t % (2 * last);
      return values[place <= last ? place : 2 * last - place];
    };
    const padded = Array.from({ length: values.length + 2 * (2 * half + 1) }, (_, t) => reflected(t));
    const nearest = (t: number) => padded[Math.min(Math.max(t, 0), padded.length - 1)];
    return values.map((_, t) => {
      const window = Array.from({ length: 2 * half + 1 }, (_, i) => nearest(t + i - half));
      return window.sort((a, b) => a - b)[half];
    });
  }

  test("it is the running median with the published padding", () => {
    const anyValues = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(anyValues, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        expect([...smoothed(values, share)]).toEqual(naive(values, share));
      }),
    );
  });

  test("a spike within half a window is gone", () => {
    const values = Array.from({ length: 40 }, (_, t) => (t === 17 ? 1000 : 40 - t));
    expect(smoothed(values, 0.1)[17]).toBe(24);
    expect(smoothed(values, 0)[17]).toBe(1000);
  });
});
