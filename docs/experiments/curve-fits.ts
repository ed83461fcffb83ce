/**
 * How often fits of curves are right, on synthetic curves with known parameters and noise:
 *
 *   breaks       how often a single power law is given a break, under four kinds of noise
 *   coverage     how often 95% intervals of the deceleration hold the truth
 *   sizes        the same of the coefficients of the Chinchilla form over 25 runs
 *
 *   node build/docs/experiments/curve-fits.js breaks|coverage|sizes [DRAWS]
 */
import { createRandom, type Random } from "../../src/base/random.js";
import { lnBrokenPowerLaw } from "../../src/curves/broken-power-law.js";
import { type DecelerationMeasures, measureDeceleration } from "../../src/curves/deceleration.js";
import { chinchilla } from "../../src/curves/size-laws/chinchilla.js";
import { fitSizeLaw } from "../../src/curves/size-laws/fit-size-law.js";
import { logMovingAverage, logSpaced } from "../../src/curves/smoothing.js";

const T = 30_000;
const [what, draws = "200"] = process.argv.slice(2);
const count = Number(draws);

/** Every step of a law with noise of ln L. */
const everyStep = (lnLoss: (lnT: number) => number, deviation: number, random: Random) =>
  Array.from({ length: T }, (_, i) => ({
    step: i + 1,
    loss: Math.exp(lnLoss(Math.log(i + 1)) + deviation * random.normal()),
  }));

/** The published steps, with noise whose neighbours correlate by `rho`. */
const spaced = (lnLoss: (lnT: number) => number, deviation: number, rho: number, random: Random) => {
  let noise = random.normal();
  return logSpaced(Array.from({ length: T }, (_, i) => ({ step: i + 1, loss: 1 }))).map(({ step }) => {
    noise = rho * noise + Math.sqrt(1 - rho ** 2) * random.normal();
    return { step, loss: Math.exp(lnLoss(Math.log(step)) + deviation * noise) };
  });
};

const kinds = {
  "white, 1%": (law, random) => spaced(law, 0.01, 0, random),
  "correlated by 0.5, 1%": (law, random) => spaced(law, 0.01, 0.5, random),
  "correlated by 0.8, 1%": (law, random) => spaced(law, 0.01, 0.8, random),
  "white in every step, 5%, smoothed and spaced": (law, random) =>
    logSpaced(logMovingAverage(everyStep(law, 0.05, random))),
} satisfies Record<string, (law: (lnT: number) => number, random: Random) => { step: number; loss: number }[]>;

function breaks() {
  for (const [name, curve] of Object.entries(kinds)) {
    let found = 0;
    for (let seed = 0; seed < count; seed++) {
      const points = curve((lnT) => 3 - 0.1 * lnT, createRandom(seed, name));
      const { verdict } = measureDeceleration(points.filter(({ step }) => step > 100));
      found += Number(verdict !== "no break");
    }
    console.log(`${name}: a break in ${found} of ${count} single power laws`);
  }
}

function coverage() {
  const law = { b: 20, c0: 0.2, c1: -0.17, lnD1: Math.log(2500), f1: 0.3 };
  const truth: DecelerationMeasures = { ...law, td: 2500, Ld: law.b * 2500 ** -law.c0, rd: law.c0 + law.c1 };
  const names = Object.keys(truth) as (keyof DecelerationMeasures)[];
  for (const [name, curve] of Object.entries(kinds)) {
    const held = new Map(names.map((name) => [name, 0]));
    let found = 0;
    for (let seed = 0; seed < count; seed++) {
      const points = curve((lnT) => lnBrokenPowerLaw(law, lnT), createRandom(seed, name));
      const { verdict, fit } = measureDeceleration(points.filter(({ step }) => step > 100));
      found += Number(verdict === "decelerates");
      for (const measure of names) {
        const [low, high] = fit!.intervals[measure];
        if (low <= truth[measure] && truth[measure] <= high) held.set(measure, held.get(measure)! + 1);
      }
    }
    const shares = names.map((measure) => `${measure} ${((100 * held.get(measure)!) / count).toFixed(1)}%`);
    console.log(`${name}: a break in ${found} of ${count}; intervals hold ${shares.join(", ")}`);
  }
}

function sizes() {
  const truth = { E: 1.8, A: 480, B: 2085, alpha: 0.35, beta: 0.37 };
  const held = new Map(Object.keys(truth).map((name) => [name, 0]));
  let power = 0;
  for (let seed = 0; seed < count; seed++) {
    const random = createRandom(seed, "sizes");
    const runs = [1e7, 3e7, 1e8, 3e8, 1e9].flatMap((params) =>
      [5, 10, 20, 40, 80].map((ratio) => {
        const tokens = ratio * params;
        const loss = truth.E + truth.A / params ** truth.alpha + truth.B / tokens ** truth.beta;
        return { params, tokens, loss: loss * Math.exp(0.002 * random.normal()) };
      }),
    );
    const { intervals, sizePowerInterval } = fitSizeLaw(chinchilla, runs, createRandom(seed, "bootstrap"));
    for (const [name, value] of Object.entries(truth)) {
      const [low, high] = intervals?.[name] ?? [Number.NaN, Number.NaN];
      if (low <= value && value <= high) held.set(name, held.get(name)! + 1);
    }
    const best = truth.beta / (truth.alpha + truth.beta);
    power += Number(sizePowerInterval !== undefined && sizePowerInterval[0] <= best && best <= sizePowerInterval[1]);
  }
  const shares = [...held].map(([name, count_]) => `${name} ${((100 * count_) / count).toFixed(0)}%`);
  console.log(
    `over ${count} draws intervals hold ${shares.join(", ")}, the power of the best size ${((100 * power) / count).toFixed(0)}%`,
  );
}

({ breaks, coverage, sizes })[what as "breaks"]();
