import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { refusalOf } from "../testing/refusal.js";
import { fitAnnealing, predictionErrors } from "./annealing.js";
import { annealingLosses, fitAnnealingLaw } from "./annealing-law.js";
import { rateSums, stepRates } from "./learning-rate-sums.js";
import { type MultiPowerLaw, multiPowerLosses } from "./multi-power-law.js";

const T = 1000;
const constant = new Float64Array(T).fill(0.003);
const cosine = constant.map((rate, t) => (rate * (1 + Math.cos((Math.PI * t) / T))) / 2);
const wsd = constant.map((rate, t) => rate * Math.min(1, (5 * (T - t)) / T));
const law = { L0: 2.5, A: 0.8, alpha: 0.4, C: 0.15, lambda: 1 - 20 / T };

function curve(eta: Float64Array, deviation: number, seed: number) {
  const random = createRandom(seed, "noise");
  const losses = annealingLosses(law, eta);
  const points = Array.from({ length: T / 20 }, (_, i) => 20 * (i + 1)).map((step) => {
    return { step, loss: losses[step - 1] * Math.exp(deviation * random.normal()) };
  });
  return { points, eta };
}

test("the published sums of a cosine of 20,000 steps", () => {
  const warm = 500;
  const eta = Float64Array.from({ length: 20_000 }, (_, i) =>
    i < warm ? 2e-4 : 1e-4 * (1 + Math.cos((Math.PI * (i + 1 - warm)) / (20_000 - warm))),
  );
  const { S1, S2 } = rateSums(eta, 0.999);
  // docs/DESIGN.md 2.7; computed independently.
  const published = [
    [1000, 0.200146, 0.00004808],
    [5000, 0.96179, 0.01660882],
    [10_000, 1.670353, 0.08039982],
    [15_000, 1.997769, 0.15620839],
    [20_000, 2.0501, 0.19747384],
  ];
  for (const [step, first, second] of published) {
    expect(S1[step - 1]).toBeCloseTo(first, 3);
    expect(S2[step - 1]).toBeCloseTo(second, 3);
  }
});

test("rates lie on straight lines between those logged, the warm-up at the peak", () => {
  const rates = [
    { step: 1, rate: 0.1 },
    { step: 3, rate: 0.3 },
    { step: 5, rate: 0.1 },
  ];
  const eta = stepRates({ name: "a.csv", rates, points: [{ step: 6, loss: 1 }] });
  for (const [t, rate] of [0.3, 0.3, 0.3, 0.2, 0.1, 0.1].entries()) expect(eta[t]).toBeCloseTo(rate, 12);
  expect(refusalOf(() => stepRates({ name: "a.csv", rates: [], points: [] }))).toMatch(/--lr$/);
});

test("an annealing law fitted to constant and cosine predicts wsd, far better than without S2", () => {
  const fits = fitAnnealing([curve(constant, 0.001, 1), curve(cosine, 0.001, 2)]);
  expect(fits.annealing.law.lambda).toBe(law.lambda);
  expect(fits.annealing.law.alpha).toBeCloseTo(law.alpha, 1);
  const errors = predictionErrors(fits, curve(wsd, 0, 3));
  expect(errors.annealing.meanAbsoluteError).toBeLessThan(0.003);
  expect(errors.annealing.r2).toBeGreaterThan(0.995);
  expect(errors.annealing.meanAbsoluteError).toBeLessThan(errors.withoutS2.meanAbsoluteError / 3);
});

test("without noise the coefficients are found", () => {
  const { law: found, converged } = fitAnnealingLaw([curve(constant, 0, 1), curve(cosine, 0, 1)], {
    lambda: law.lambda,
  });
  expect(converged).toBe(true);
  for (const name of ["L0", "A", "alpha", "C"] as const) expect(found[name]).toBeCloseTo(law[name], 3);
});

test("steps at a rate of 0 gain nothing by the multi-power law, and do by the one with S2", () => {
  const multi: MultiPowerLaw = { L0: 2.5, A: 0.8, alpha: 0.4, B: 60, C: 2, beta: 0.5, gamma: 0.6 };
  const rate = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 0.01, noNaN: true }));
  fc.assert(
    fc.property(fc.array(rate, { minLength: 2, maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (rates, zeros) => {
      fc.pre(rates[0] > 0);
      const short = Float64Array.from([...rates, 0]);
      const long = Float64Array.from([...short, ...new Float64Array(zeros)]);
      const end = (eta: Float64Array) => multiPowerLosses(multi, eta, [eta.length])[0];
      expect(end(long)).toBeCloseTo(end(short), 12);
    }),
  );
  const stopped = Float64Array.from([...wsd, 0]);
  const waited = Float64Array.from([...stopped, ...new Float64Array(100)]);
  const end = (eta: Float64Array) => annealingLosses(law, eta)[eta.length - 1];
  expect(end(waited)).toBeLessThan(end(stopped) - 1e-3);
});

test("too few points are refused", () => {
  const { eta, points } = curve(constant, 0, 1);
  expect(refusalOf(() => fitAnnealingLaw([{ eta, points: points.slice(0, 5) }]))).toMatch(/^there are 5 points/);
});
