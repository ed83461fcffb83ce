import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { fitScalingLaws, type ScalingLaw } from "./scaling-law.js";
import { improvement } from "./scaling-law-improvement.js";
import { confidenceInterval, resampleScalingLaws } from "./scaling-law-intervals.js";

const conventional = { L0: 2, t0: 0, B: 20, beta: 0.5, correlation: 1 };
const faster = { L0: 2, t0: 0, B: 8, beta: 0.6, correlation: 1 };

/** Losses of a law over `T` steps with normal noise whose neighbours correlate with `rho`. */
function noisyCurve({ L0, B, beta }: ScalingLaw, T: number, deviation: number, rho: number, seed: number) {
  const random = createRandom(seed, `noise/${B}`);
  let noise = random.normal();
  return Float64Array.from({ length: T }, (_, i) => {
    noise = rho * noise + Math.sqrt(1 - rho ** 2) * random.normal();
    return L0 + (B / (i + 1)) ** beta + deviation * noise;
  });
}

const quantities: Record<string, (laws: ScalingLaw[]) => number> = {
  L0: ([law]) => law.L0,
  B: ([law]) => law.B,
  beta: ([law]) => law.beta,
};
const comparisons: typeof quantities = {
  "improvement of B": ([first, second]) => improvement(second, first).B,
  "improvement of beta": ([first, second]) => improvement(second, first).beta,
};

/** The share of the draws whose interval holds the true value, for each quantity. */
function coverage(
  truth: ScalingLaw[],
  T: number,
  deviation: number,
  rho: number,
  draws: number,
  of: typeof quantities,
) {
  const held = Object.fromEntries(Object.keys(of).map((name) => [name, 0]));
  for (let seed = 0; seed < draws; seed++) {
    const curves = truth.map((law) => noisyCurve(law, T, deviation, rho, seed));
    const laws = fitScalingLaws(curves);
    const resampled = resampleScalingLaws(curves, laws, createRandom(seed, "intervals"), 100);
    for (const [name, quantity] of Object.entries(of)) {
      const { low, high } = confidenceInterval(resampled, quantity);
      held[name] += Number(low <= quantity(truth) && quantity(truth) <= high);
    }
  }
  return Object.entries(held).map(([name, count]) => ({ name, share: count / draws }));
}

describe("95% intervals hold the truth about 95% of the time", () => {
  test.each([
    ["white noise, two curves", [conventional, faster], 100, 0.01, 0, 100, { ...quantities, ...comparisons }],
    ["autocorrelated noise", [conventional], 400, 0.01, 0.5, 50, quantities],
  ])("%s", (_, truth, T, deviation, rho, draws, of) => {
    const shares = coverage(truth, T, deviation, rho, draws, of);
    for (const { name, share } of shares) {
      expect(share, name).toBeGreaterThanOrEqual(0.9);
      expect(share, name).toBeLessThanOrEqual(0.99);
    }
  });
});

test("noise that two curves share does not blur their comparison", () => {
  const width = (seedOfSecond: number) => {
    const curves = [noisyCurve(conventional, 200, 0.01, 0, 1), noisyCurve(conventional, 200, 0.01, 0, seedOfSecond)];
    const resampled = resampleScalingLaws(curves, fitScalingLaws(curves), createRandom(1, "intervals"), 100);
    const { low, high } = confidenceInterval(resampled, comparisons["improvement of beta"]);
    return high - low;
  };
  expect(width(1)).toBe(0);
  expect(width(2)).toBeGreaterThan(0.005);
});

test("the intervals of a curve without noise have no width, and the same seed gives the same ones", () => {
  const curve = noisyCurve(conventional, 200, 0, 0, 1);
  const resampled = resampleScalingLaws([curve], fitScalingLaws([curve]), createRandom(1, "intervals"), 40);
  for (const quantity of Object.values(quantities)) {
    const { low, median, high } = confidenceInterval(resampled, quantity);
    expect(high - low).toBeLessThan(1e-4);
    expect(median).toBeCloseTo(quantity([conventional]), 4);
  }
  const again = resampleScalingLaws([curve], fitScalingLaws([curve]), createRandom(1, "intervals"), 40);
  expect(again).toEqual(resampled);
});

test("curves of different lengths can be compared", () => {
  const curves = [noisyCurve(conventional, 200, 0.01, 0, 1), noisyCurve(faster, 120, 0.01, 0, 1)];
  const resampled = resampleScalingLaws(curves, fitScalingLaws(curves), createRandom(1, "intervals"), 40);
  expect(confidenceInterval(resampled, comparisons["improvement of B"]).median).toBeCloseTo(0.6, 1);
});

test("curves too noisy for intervals are refused", () => {
  const noise = noisyCurve({ ...conventional, L0: 5, B: 1e-9 }, 60, 0.5, 0, 2);
  const flat = { L0: 0, t0: 0, B: 1, beta: 0.001, correlation: 0.1 };
  expect(() => resampleScalingLaws([noise], [flat], createRandom(1, "intervals"), 40)).toThrow(InputError);
});
