import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TimeLeft } from "./time-left.js";

/** A second for every hundredth of the work, as it is told of at these fractions, which this process began at `began`. */
function leftAfter(fractions: readonly number[], pace: number, began = 1000): number | undefined {
  const left = new TimeLeft();
  return fractions.map((fraction) => left.after(fraction, began + pace * (fraction - fractions[0]))).at(-1);
}

describe("the time that is left", () => {
  test("of a run that is resumed does not count what an earlier process did", () => {
    // Half is done already; a tenth more took 20 seconds: the four tenths that are left take 80.
    expect(leftAfter([0.5, 0.55, 0.6], 200)).toBeCloseTo(80, 9);
  });

  test("at a steady pace is what it takes, wherever this process began", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.double({ min: 1, max: 10_000, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (began, pace, steps) => {
          const done = Array.from({ length: steps + 1 }, (_, i) => began + (0.5 * i * (1 - began)) / steps);
          expect(leftAfter(done, pace)).toBeCloseTo(pace * 0.5 * (1 - began), 6);
        },
      ),
    );
  });

  test("follows the pace of late, and is not said before anything is done", () => {
    const left = new TimeLeft();
    expect(left.after(0.2, 0)).toBeUndefined();
    expect(left.after(0.2, 5)).toBeUndefined();
    // Slow for 100 seconds, then ten times as fast for 200.
    for (let second = 0; second <= 100; second++) left.after(0.2 + 0.0002 * second, 5 + second);
    let said: number | undefined;
    for (let second = 1; second <= 200; second++) said = left.after(0.22 + 0.002 * second, 105 + second);
    expect(said).toBeCloseTo((1 - 0.62) / 0.002, 6);
  });
});
