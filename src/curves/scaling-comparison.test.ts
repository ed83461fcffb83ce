import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { compareScaling, type ScalingComparison, type ScalingIntervals } from "./scaling-comparison.js";
import { type ScalingLaw, scalingLawLoss } from "./scaling-law.js";
import type { Interval } from "./scaling-law-intervals.js";
import { undecided } from "./scaling-law-undecided.js";

const T = 100;
const conventional = { L0: 2, t0: 0, B: 20, beta: 0.5, correlation: 1 };
const best = { L0: 2, t0: 0, B: 8, beta: 0.6, correlation: 1 };

/** The losses of a law over T steps with white noise of 0.01 nats. */
function curve(law: ScalingLaw, draw: number): Float64Array {
  const random = createRandom(draw, `noise of B = ${law.B}`);
  return Float64Array.from({ length: T }, (_, i) => scalingLawLoss(law, i + 1) + 0.01 * random.normal());
}

describe("of curves that are power laws with noise", () => {
  const DRAWS = 100;
  const comparisons: (ScalingComparison & { intervals: ScalingIntervals })[] = [];
  beforeAll(() => {
    for (let draw = 0; draw < DRAWS; draw++) {
      const comparison = compareScaling(curve(conventional, draw), curve(best, draw));
      if ("refused" in comparison || "refused" in comparison.intervals) throw new Error(`draw ${draw} is refused`);
      comparisons.push({ ...comparison, intervals: comparison.intervals });
    }
  });

  // DESIGN 2.5: 92 to 95% for white noise.
  test.each<[string, number, (of: ScalingIntervals) => Interval]>([
    ["L0", 2, ({ L0 }) => L0],
    ["conventional learning's B", 20, (of) => of.conventional.B],
    ["conventional learning's beta", 0.5, (of) => of.conventional.beta],
    ["the best policy's B", 8, (of) => of.best.B],
    ["the best policy's beta", 0.6, (of) => of.best.beta],
    ["the improvement of B", 1 - 8 / 20, ({ improvement }) => improvement.B],
    ["the improvement of beta", 0.6 / 0.5 - 1, ({ improvement }) => improvement.beta],
  ])("the 95%% interval of %s holds the true %d in about 95%% of the draws", (_, truth, interval) => {
    const intervals = comparisons.map(({ intervals }) => interval(intervals));
    const held = intervals.filter(({ low, high }) => low <= truth && truth <= high).length / DRAWS;
    expect(held).toBeGreaterThanOrEqual(0.9);
    expect(held).toBeLessThanOrEqual(0.99);
    for (const { low, median, high } of intervals) {
      expect(low).toBeLessThan(median);
      expect(median).toBeLessThan(high);
    }
  });

  test("the acceleration that is predicted is that of the laws themselves", () => {
    // Where the best policy's law has the loss that conventional learning's ends with.
    const target = scalingLawLoss(conventional, T) - best.L0;
    const truth = T / (best.B / target ** (1 / best.beta));
    for (const { predicted, powerLaws } of comparisons) {
      expect(powerLaws).toBe(true);
      expect(Math.abs(predicted / truth - 1)).toBeLessThan(0.04);
    }
  });
});

test("a curve that is hardly a power law is said to be none, with the correlation that says so", () => {
  const wavy = Float64Array.from({ length: T }, (_, i) => 3 - i / 100 + 0.3 * Math.sin(i / 3));
  const comparison = compareScaling(curve(conventional, 0), wavy);
  if ("refused" in comparison) throw new Error(comparison.refused);
  expect(comparison.powerLaws).toBe(false);
  expect(comparison.correlation).toBe(comparison.best.correlation);
  expect(comparison.correlation).toBeLessThan(comparison.conventional.correlation);
});

describe("what the data do not decide is refused, with the reason:", () => {
  const reason = (first: Float64Array, second: Float64Array) => {
    const comparison = compareScaling(first, second);
    if ("refused" in comparison) throw new Error(comparison.refused);
    return comparison.undecided;
  };

  test("nothing is, of curves that are power laws down to near their limit", () => {
    expect(reason(curve(conventional, 0), curve(best, 0))).toBeNull();
  });

  test("a limit that may lie anywhere, though the fit correlates well", () => {
    // The loss has hardly begun to fall, as after 100 steps of a small learning rate.
    const slow = (rate: number) =>
      Float64Array.from({ length: T }, (_, i) => 6.2 - rate * (1 - Math.cos(i / 60)) + 0.001 * Math.sin(i));
    const comparison = compareScaling(slow(0.5), slow(0.7));
    if ("refused" in comparison) throw new Error(comparison.refused);
    expect(comparison.powerLaws).toBe(true);
    expect(comparison.undecided).toMatch(/may lie anywhere between|no longer falls/);
  });

  test("curves that are hardly power laws", () => {
    const wavy = Float64Array.from({ length: T }, (_, i) => 3 - i / 100 + 0.3 * Math.sin(i / 3));
    expect(reason(curve(conventional, 0), wavy)).toMatch(/^the curves are hardly power laws \(correlation 0\./);
  });
});

describe("a fit is undecided", () => {
  const fitted = (L0: [number, number], B: [number, number], changes: Partial<ScalingLaw> = {}) => {
    const interval = ([low, high]: [number, number]) => ({ low, median: (low + high) / 2, high });
    const curves = [Float64Array.of(6, 5, 4), Float64Array.of(6, 4, 3)];
    const laws = [conventional, best].map((law) => ({ ...law, ...changes }));
    return undecided({ curves, laws, intervals: { L0: interval(L0), B: [interval([19, 21]), interval(B)] } });
  };

  test("where an interval says nothing or L0 lies at its bound, and not else", () => {
    expect(fitted([1.9, 2.1], [7, 9])).toBeNull();
    expect(fitted([1, 2.6], [7, 9])).toBe(
      "the limit L0 may lie anywhere between 1 and 2.6 nats (95%), where the loss falls by 3 nats in all",
    );
    expect(fitted([1.9, 2.1], [2, 40])).toBe("B may lie anywhere between 2 and 40 steps (95%)");
    expect(fitted([0, 0.1], [7, 9], { L0: 0 })).toBe("the limit L0 that fits best is 0 nats, the least that is tried");
    expect(fitted([1.9, 2.1], [7, 9], { correlation: 0.9 })).toContain("hardly power laws");
  });
});

test("curves that allow no law say why", () => {
  const short = new Float64Array(6).fill(1);
  expect(compareScaling(short, short)).toEqual({ refused: expect.stringContaining("at least 40") });
});
