import { expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { refusalOf } from "../../testing/refusal.js";
import { chinchilla } from "./chinchilla.js";
import { fitSizeLaw } from "./fit-size-law.js";
import { kaplan } from "./kaplan.js";
import { sizeLaws } from "./registry.js";

const grid = [1e7, 3e7, 1e8, 3e8, 1e9].flatMap((params) =>
  [5, 10, 20, 40, 80].map((ratio) => ({ params, tokens: ratio * params })),
);
const truths = {
  chinchilla: [Math.log(1.8), Math.log(480), Math.log(2085), 0.35, 0.37],
  kaplan: [Math.log(8.8e13), Math.log(5.4e13), 0.076, 0.095],
};

function runs(law: typeof chinchilla, deviation: number) {
  const random = createRandom(1, "runs");
  return grid.map(({ params, tokens }) => {
    const lnLoss = law.lnLoss(truths[law.name as "kaplan"], Math.log(params), Math.log(tokens));
    return { params, tokens, loss: Math.exp(lnLoss + deviation * random.normal()) };
  });
}

test.each(sizeLaws.map((law) => [law.name, law] as const))(
  "%s: coefficients are found, and the truth lies in intervals",
  (_, law) => {
    const truth = truths[law.name as "kaplan"];
    const fit = fitSizeLaw(law, runs(law, 0.002), createRandom(1, "bootstrap"));
    expect(fit.converged).toBe(true);
    expect(fit.rsle).toBeLessThan(0.003);
    const power = law.lnOptimalSize(truth, 1) - law.lnOptimalSize(truth, 0);
    const [low, high] = fit.sizePowerInterval!;
    expect(low).toBeLessThan(power);
    expect(high).toBeGreaterThan(power);
    expect(high - low).toBeLessThan(0.2);
  },
);

test.each(sizeLaws.map((law) => [law.name, law] as const))(
  "%s: the best size has the least loss for its compute",
  (_, law) => {
    const truth = truths[law.name as "kaplan"];
    const lnC = Math.log(1e20);
    const best = law.lnOptimalSize(truth, lnC);
    const loss = (lnN: number) => law.lnLoss(truth, lnN, lnC - Math.log(6) - lnN);
    for (const away of [-0.5, -0.05, 0.05, 0.5]) expect(loss(best + away)).toBeGreaterThan(loss(best));
  },
);

test("too few runs, or all of a size, are refused", () => {
  const all = runs(kaplan, 0);
  const random = createRandom(1, "bootstrap");
  expect(refusalOf(() => fitSizeLaw(chinchilla, all.slice(0, 4), random))).toMatch(/^there are 4 runs/);
  expect(
    refusalOf(() =>
      fitSizeLaw(
        chinchilla,
        all.map((run) => ({ ...run, params: 1e8 })),
        random,
      ),
    ),
  ).toMatch(/three different params/);
});
