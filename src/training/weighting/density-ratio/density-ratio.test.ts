import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../../base/random.js";
import type { Examples } from "../../../data/examples.js";
import { beliefs } from "./belief.js";
import { isotonic } from "./isotonic-regression.js";
import { fitLogistic, logOdds } from "./logistic-regression.js";
import { NgramLikelihood } from "./ngram-likelihood.js";
import { byBelief, poolSize } from "./pool.js";
import { WideningBatches } from "./widening-batches.js";

const VOCABULARY = 20;

function windows(rows: readonly (readonly number[])[]): Examples {
  const data = BigInt64Array.from(rows.flat(), BigInt);
  return { count: rows.length, fields: { tokens: { data, rowShape: [rows[0].length] } } };
}

/** Windows of ten tokens of which each follows the last by `step`, up to noise: words are alike whatever the step is. */
function walks(count: number, step: number, random: Random): number[][] {
  return Array.from({ length: count }, () => {
    const window = [random.integer(VOCABULARY - 1)];
    while (window.length < 10) {
      const next = random.uniform() < 0.2 ? random.integer(VOCABULARY - 1) : window[window.length - 1] + step;
      window.push(next % (VOCABULARY - 1));
    }
    return window.map((token) => token + 1);
  });
}

describe("likelihoods by n-grams", () => {
  const likelihood = new NgramLikelihood(
    windows([
      [1, 2, 1, 2],
      [2, 1, 0, 0],
    ]),
    4,
  );

  test("are means over predicted tokens of what their counts say", () => {
    // Predicted are 2, 1, 2 and 1; 1 comes before 2 twice, and 2 before 1.
    const p = (count: number) => (count + 1 / 4) / 5;
    const order = (pair: number, before: number, count: number) => Math.log((pair / p(count) + 4) / (before + 4));
    const all = likelihood.features(
      windows([
        [1, 2, 1, 1],
        [3, 3, 3, 3],
        [2, 1, 0, 0],
      ]),
    );
    const [both, unseen, padded] = [0, 2, 4].map((at) => [...all.subarray(at, at + 2)]);
    expect(both[0]).toBeCloseTo(Math.log(p(2)), 12);
    expect(both[1]).toBeCloseTo((order(2, 2, 2) + order(2, 2, 2) + order(0, 2, 2)) / 3, 12);
    expect(unseen[0]).toBeCloseTo(Math.log(p(0)), 12);
    expect(unseen[1]).toBeCloseTo(0, 12);
    expect(padded).toEqual([Math.log(p(2)), order(2, 2, 2)].map((value) => expect.closeTo(value, 12)));
  });

  test("are probabilities: over all tokens, and over all that follow a token, they sum to 1", () => {
    const of = (window: number[]) => likelihood.features(windows([window]));
    for (const before of [1, 2, 3]) {
      const sums = [0, 0];
      // Token 0 is padding and never predicted; its share is that of any unseen one.
      for (const token of [1, 2, 3]) {
        const [words, order] = of([before, token]);
        sums[0] += Math.exp(words);
        sums[1] += Math.exp(words + order);
      }
      expect(sums[0]).toBeCloseTo(1 - 1 / 4 / 5, 12);
      const seenBefore = before === 3 ? 0 : 2;
      expect(sums[1]).toBeCloseTo(1 - ((4 / (seenBefore + 4)) * (1 / 4)) / 5, 12);
    }
  });
});

describe("the logistic regression", () => {
  test("is at the minimum: the derivatives of its objective vanish", () => {
    const random = createRandom(1, "observed");
    const classes = [true, false].map((positive) => {
      const features = Float64Array.from({ length: 60 }, (_, i) => random.normal() + Number(positive && i % 2 === 0));
      return { features, positive, weight: positive ? 0.4 : 0.9 };
    });
    const ridge = 0.3;
    const fitted = fitLogistic(classes, 2, ridge);
    const objective = (w: Float64Array) =>
      classes.reduce(
        (total, { features, positive, weight }) =>
          logOdds(w, features).reduce(
            (sum, odds) => sum + weight * Math.log1p(Math.exp((positive ? -1 : 1) * odds)),
            total,
          ),
        (ridge / 2) * (w[0] ** 2 + w[1] ** 2),
      );
    for (const i of [0, 1, 2]) {
      const h = 1e-5;
      const change = objective(fitted.with(i, fitted[i] + h)) - objective(fitted.with(i, fitted[i] - h));
      expect(change / (2 * h)).toBeCloseTo(0, 7);
    }
  });

  test("is finite where the classes are apart", () => {
    const classes = [Float64Array.of(1, 2), Float64Array.of(-1, -2)].map((features, i) => {
      return { features, positive: i === 0, weight: 1 };
    });
    const fitted = fitLogistic(classes, 1, 1e-3);
    expect(logOdds(fitted, Float64Array.of(1))[0]).toBeGreaterThan(3);
    expect(fitted.every(Number.isFinite)).toBe(true);
  });
});

test("isotonic regression does not fall, keeps the mean, and is nearer than any other that does not", () => {
  const observed = fc.array(
    fc.record({ value: fc.integer({ min: -9, max: 9 }), weight: fc.integer({ min: 1, max: 5 }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(
      observed,
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 12, maxLength: 12 }),
      (all, others) => {
        const values = Float64Array.from(all, ({ value }) => value);
        const weights = Float64Array.from(all, ({ weight }) => weight);
        const fitted = isotonic(values, weights);
        for (let i = 1; i < fitted.length; i++) expect(fitted[i]).toBeGreaterThanOrEqual(fitted[i - 1]);
        const off = (guess: Float64Array) =>
          guess.reduce((sum, value, i) => sum + weights[i] * (value - values[i]) ** 2, 0);
        const rising = Float64Array.from(others.slice(0, all.length)).sort();
        expect(off(fitted)).toBeLessThanOrEqual(off(rising) + 1e-9);
        expect(fitted.reduce((sum, value, i) => sum + weights[i] * (value - values[i]), 0)).toBeCloseTo(0, 9);
      },
    ),
  );
});

describe("beliefs", () => {
  const random = createRandom(3, "walks");
  const desired = windows(walks(200, 1, random));
  const heldOut = windows(walks(100, 1, random));

  test("tell what has the same words in another order", () => {
    const train = windows([...walks(150, 1, random), ...walks(150, 7, random)]);
    const believed = beliefs({ train, desired, heldOut, vocabulary: VOCABULARY });
    const share = (from: number, to: number, holds: (belief: number) => boolean) =>
      believed.slice(from, to).filter(holds).length / (to - from);
    expect(share(0, 150, (belief) => belief > 0.7)).toBeGreaterThan(0.75);
    expect(share(150, 300, (belief) => belief < 0.3)).toBeGreaterThan(0.9);
    const taken = byBelief(believed).subarray(0, poolSize(believed, 4000));
    expect(taken.length).toBeLessThan(165);
    expect(taken.filter((n) => n < 150).length).toBeGreaterThan(140);
  });

  test("leave almost all of what is alike: its pool is worth what all of it is", () => {
    for (const count of [2, 5, 20, 100]) {
      const few = windows(walks(count, 1, random));
      const train = windows(walks(400, 1, random));
      const believed = beliefs({ train, desired, heldOut: few, vocabulary: VOCABULARY });
      expect(poolSize(believed, 6400)).toBeGreaterThan(360);
    }
  });

  test("are 1 where there is too little held-out text, and where all examples are the same", () => {
    const train = windows(walks(5, 3, random));
    const one = windows(walks(1, 1, random));
    expect(beliefs({ train, desired, heldOut: one, vocabulary: VOCABULARY })).toEqual(new Float64Array(5).fill(1));
    const same = windows(Array.from({ length: 4 }, () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    expect(beliefs({ train: same, desired, heldOut, vocabulary: VOCABULARY })).toEqual(new Float64Array(4).fill(1));
  });

  test("are the same for the same text, and between 0 and 1", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (seed, n, m) => {
        const drawn = createRandom(seed, "any text");
        const rows = walks(n, 1 + drawn.integer(9), drawn);
        const train = windows([...rows, ...rows]);
        const held = windows(walks(m, 1 + drawn.integer(9), drawn));
        const believed = beliefs({ train, desired, heldOut: held, vocabulary: VOCABULARY });
        expect(believed.slice(0, n)).toEqual(believed.slice(n));
        for (const belief of believed) expect(belief >= 0 && belief <= 1).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe("the pool", () => {
  test("is the best of all that hold the most believed, what is believed alike together", () => {
    const belief = fc.constantFrom(0, 0.1, 0.3, 0.5, 0.8, 1);
    fc.assert(
      fc.property(
        fc.array(belief, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 2000 }),
        (all, draws) => {
          const worth = (n: number) =>
            draws <= n ? draws : n * (1 + 15.39 * (1 - Math.exp(-(draws / n - 1) / 15.39)));
          const falling: readonly number[] = all.toSorted((a, b) => b - a);
          const value = (n: number) => (falling.slice(0, n).reduce((sum, one) => sum + one, 0) / n) * worth(n);
          const together = falling.flatMap((one, i) => (one === falling[i + 1] ? [] : [i + 1]));
          const size = poolSize(Float64Array.from(all), draws);
          expect(together).toContain(size);
          expect(value(size)).toBeCloseTo(Math.max(...together.map(value)), 9);
          const order = byBelief(Float64Array.from(all));
          expect(Array.from(order, (n) => all[n])).toEqual(falling);
        },
      ),
    );
  });

  test("is all that are believed alike, and the fewer the less the others are believed", () => {
    expect(poolSize(new Float64Array(100).fill(0.4), 1000)).toBe(100);
    const half = (belief: number) => Float64Array.from({ length: 100 }, (_, n) => (n < 50 ? 1 : belief));
    expect([0.5, 0.1].map((belief) => poolSize(half(belief), 100))).toEqual([50, 50]);
    expect([0.5, 0.1].map((belief) => poolSize(half(belief), 2000))).toEqual([100, 50]);
  });
});

test("widening batches are passes over the first ones, which are more where these were drawn often", () => {
  fc.assert(
    fc.property(
      fc.record({
        first: fc.integer({ min: 1, max: 12 }),
        rest: fc.integer({ min: 0, max: 12 }),
        batch: fc.integer({ min: 1, max: 9 }),
        seed: fc.nat(100),
      }),
      fc.integer({ min: 1, max: 60 }),
      ({ first, rest, batch, seed }, steps) => {
        const examples = Int32Array.from({ length: first + rest }, (_, i) => 100 - i);
        const make = () => new WideningBatches(examples, first, batch, seed);
        const inOrder = make();
        const rows = Array.from({ length: steps }, (_, t) => inOrder.rows(t));
        const drawn = rows.flatMap((of) => [...of]);
        let [start, size] = [0, first];
        while (start + size <= drawn.length) {
          expect(drawn.slice(start, start + size).sort((a, b) => b - a)).toEqual([...examples.subarray(0, size)]);
          start += size;
          size = Math.min(examples.length, Math.max(first, Math.ceil(start / 15.39)));
          if (size < examples.length) expect(start / size).toBeLessThanOrEqual(15.39);
        }
        const within = new Set(make().within(drawn.length));
        for (const n of drawn) expect(within.has(n)).toBe(true);
        const other = make();
        for (const t of [steps - 1, 0, steps >> 1, steps - 1]) expect(other.rows(t)).toEqual(rows[t]);
      },
    ),
  );
});
