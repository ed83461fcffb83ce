import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { fitScalingLaw, fitScalingLaws, scalingLawLoss } from "./scaling-law.js";

const powerLaw = (L0: number, B: number, beta: number, T: number) =>
  Float64Array.from({ length: T }, (_, i) => L0 + (B / (i + 1)) ** beta);

/** The correlation is flat at its top: rounding (1e-16) hides L0, and what follows from it, below about 1e-5. */
const TOLERANCE = 1e-4;

function expectRatio(value: number, expected: number): void {
  expect(Math.abs(value / expected - 1)).toBeLessThan(TOLERANCE);
}

test("the law of a curve without noise is found, whatever it is", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 5, noNaN: true }),
      fc.double({ min: 0.1, max: 1000, noNaN: true }),
      fc.double({ min: 0.1, max: 2, noNaN: true }),
      fc.integer({ min: 40, max: 1000 }),
      (L0, B, beta, T) => {
        // Otherwise rounding is what is fitted.
        fc.pre((B / T) ** beta > 1e-3);
        const law = fitScalingLaw(powerLaw(L0, B, beta, T));
        // L0 is known as well as the gap between it and the last loss.
        expect(Math.abs(law.L0 - L0)).toBeLessThan(TOLERANCE * (B / T) ** beta);
        expectRatio(law.B, B);
        expectRatio(law.beta, beta);
        expect(law.correlation).toBeCloseTo(1, 10);
      },
    ),
    { numRuns: 50 },
  );
});

test("a curve that falls to nothing has L0 = 0 exactly", () => {
  expect(fitScalingLaw(powerLaw(0, 20, 0.5, 500)).L0).toBe(0);
});

test("curves that are compared share L0 and t0", () => {
  const laws = fitScalingLaws([powerLaw(2, 20, 0.5, 500), powerLaw(2, 5, 0.7, 400)]);
  expect(laws[0].L0).toBe(laws[1].L0);
  expect(laws[0].t0).toBe(laws[1].t0);
  for (const [law, B, beta] of [[laws[0], 20, 0.5] as const, [laws[1], 5, 0.7] as const]) {
    expect(law.L0).toBeCloseTo(2, 6);
    expectRatio(law.B, B);
    expectRatio(law.beta, beta);
  }
});

test("the warm-up is left out", () => {
  const curve = powerLaw(2, 20, 0.5, 640);
  // A plateau up to step 40 = T / 16.
  curve.fill(curve[39], 0, 39);
  const law = fitScalingLaw(curve);
  expect(law.t0).toBeGreaterThanOrEqual(39);
  expectRatio(law.B, 20);
  expectRatio(law.beta, 0.5);
});

test("a longer unit of time scales B, and only B", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 10 }), fc.double({ min: 0.2, max: 1, noNaN: true }), (unit, beta) => {
      const curve = powerLaw(2, 20, beta, 500);
      const law = fitScalingLaw(curve);
      const inUnits = fitScalingLaw(curve.filter((_, i) => (i + 1) % unit === 0));
      expectRatio(inUnits.B, law.B / unit);
      expectRatio(inUnits.beta, law.beta);
      expectRatio(inUnits.L0, law.L0);
    }),
    { numRuns: 30 },
  );
});

test("another unit of loss scales L0 and the power, whatever the curve", () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0.1, max: 10, noNaN: true }), (seed, unit) => {
      const random = createRandom(seed, "noise");
      const curve = powerLaw(2, 20, 0.5, 100).map((loss) => loss + 0.02 * random.normal());
      const law = fitScalingLaw(curve);
      const inUnits = fitScalingLaw(curve.map((loss) => unit * loss));
      expect(inUnits.t0).toBe(law.t0);
      expect(inUnits.L0).toBeCloseTo(unit * law.L0, 4);
      expect(inUnits.beta).toBeCloseTo(law.beta, 4);
      expect(scalingLawLoss(inUnits, 50)).toBeCloseTo(unit * scalingLawLoss(law, 50), 4);
    }),
    { numRuns: 50 },
  );
});

test("the loss of a law", () => {
  const law = { L0: 2, t0: 10, B: 100, beta: 0.5, correlation: 1 };
  expect(scalingLawLoss(law, 100)).toBe(3);
  expect(scalingLawLoss(law, 400)).toBe(2.5);
});

test("a curve that no law can be fitted to is refused, with the reason", () => {
  const refusal = (...curves: Float64Array[]) => {
    try {
      fitScalingLaws(curves);
    } catch (error) {
      if (error instanceof InputError) return error.message;
    }
    return "accepted";
  };
  const good = powerLaw(2, 20, 0.5, 40);
  const broken = (value: number) => good.with(7, value);
  expect(refusal(good)).toBe("accepted");
  expect(refusal(good.slice(0, 12))).toBe("the loss curve has 12 steps; a scaling law needs at least 40");
  expect(refusal(good, broken(Number.NaN))).toBe(
    "loss curve 2 of 2 is NaN after step 8; a scaling law needs positive numbers",
  );
  expect(refusal(broken(Number.POSITIVE_INFINITY))).toContain("is Infinity after step 8");
  expect(refusal(broken(0))).toContain("is 0 after step 8");
  expect(refusal(good.toReversed())).toMatch(
    /^the loss curve does not fall after step \d+ \(2\.\d+ to 6\.472\): there is no power law to fit$/,
  );
  expect(refusal(new Float64Array(50).fill(2.3))).toContain("(2.300 to 2.300)");
});
