import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { simplexDefect } from "../../search/simplex.js";
import { randomPolicy } from "../../testing/problems.js";
import { logImportances, resampled } from "./dsir.js";
import { FixedBeliefs } from "./fixed-beliefs.js";
import { GradientNorm } from "./gradient-norm.js";
import { Greedy } from "./greedy.js";
import { HighestLoss } from "./highest-loss.js";
import { Law } from "./law.js";
import { Mirror } from "./mirror.js";
import { contribution, type OnlinePolicy, type PolicyFacts } from "./online-policy.js";
import { ReducibleLoss } from "./reducible-loss.js";
import { weightings } from "./registry.js";
import { Searched } from "./searched.js";

const STEPS = 12;

/** A reducible-loss that knows its irreducible losses, and so needs no problem to prepare itself from. */
const knowing = (irreducible: Float32Array) => new ReducibleLoss({} as never, irreducible);

/** Those that compute something before the first step, prepared. */
const prepared: Record<string, (facts: PolicyFacts) => OnlinePolicy> = {
  "reducible-loss": ({ examples, seed }) => {
    const { uniform } = createRandom(seed, "irreducible");
    return knowing(Float32Array.from({ length: examples }, () => 4 * uniform()));
  },
};

/** Every policy of the registry as a training makes it, and whether what it observes can be negative. */
const kinds = Object.fromEntries(
  [...weightings].map((component) => {
    const make = (facts: PolicyFacts) => {
      const weights = Float32Array.from(randomPolicy(STEPS, facts.examples, createRandom(facts.seed, "searched")));
      const readPolicy = () => ({ steps: STEPS, examples: facts.examples, weights });
      const settings = component.settings.parse(component.shorthand?.settings("policy.safetensors") ?? {});
      const policy = component.create(settings, {
        ...{ ...facts, readPolicy, settings: {} as never },
        // Of examples without text.
        problem: { train: { count: facts.examples, fields: {} } } as never,
      });
      return policy.prepare === undefined ? policy : prepared[component.name](facts);
    };
    const quantity = make({ examples: 1, batch: 1, seed: 1 }).question?.quantity;
    return [component.name, { make, signed: quantity === undefined || quantity === contribution, asks: quantity }];
  }),
);

const observing = Object.entries(kinds).filter(([, { asks }]) => asks !== undefined);

interface Step {
  readonly rows: Int32Array;
  /** What there is to observe of each row. */
  readonly values: Float64Array;
  readonly agreement: number;
}

interface Story {
  readonly facts: PolicyFacts;
  readonly steps: readonly Step[];
}

const magnitude = fc.oneof(
  fc.constantFrom(0, 1, Number.MIN_VALUE, 1e-300, 1e-8, 1e8, 1e300, Number.MAX_VALUE),
  fc.double({ min: 0, max: 10, noNaN: true }),
  fc.double({ min: 0, max: 1e300, noNaN: true }),
);
const agreements = fc.oneof(fc.constantFrom(-1, -0, 0, 1), fc.double({ min: -1, max: 1, noNaN: true }));

/** Batches of any rows, the same ones twice among them, and values of every kind. */
function stories(signed: boolean): fc.Arbitrary<Story> {
  const value = signed
    ? fc.tuple(magnitude, fc.boolean()).map(([size, negative]) => (negative ? -size : size))
    : magnitude;
  return fc
    .record({ examples: fc.integer({ min: 1, max: 9 }), batch: fc.integer({ min: 1, max: 9 }), seed: fc.nat(1000) })
    .chain((facts) => {
      const row = fc.integer({ min: 0, max: facts.examples - 1 });
      const times = { minLength: facts.batch, maxLength: facts.batch };
      const step = fc.record({
        rows: fc.array(row, times).map((rows) => Int32Array.from(rows)),
        values: fc
          .oneof(
            fc.array(value, times),
            value.map((same) => Array(facts.batch).fill(same)),
          )
          .map((values) => Float64Array.from(values)),
        agreement: agreements,
      });
      return fc.record({ facts: fc.constant(facts), steps: fc.array(step, { minLength: 1, maxLength: STEPS }) });
    });
}

/** The weights of steps `from` .. as a training asks for them. */
function play(policy: OnlinePolicy, { steps }: Story, from = 0, to = steps.length): Float64Array[] {
  return steps.slice(from, to).map(({ rows, values, agreement }, i) => {
    const step = from + i;
    const places = policy.asked(step, rows);
    const tell = () => {
      const examples = places!.map((place) => rows[place]);
      policy.observe(step, { examples, values: Float64Array.from(places!, (place) => values[place]), agreement });
    };
    const when = places && policy.question?.when;
    if (when === "before") tell();
    const weights = policy.weigh(step, rows);
    if (when === "after") tell();
    return weights;
  });
}

describe.each(Object.entries(kinds))("%s, whatever it is told", (_, { make, signed }) => {
  test("weighs every batch by a distribution over its rows", () => {
    fc.assert(
      fc.property(stories(signed), (story) => {
        for (const weights of play(make(story.facts), story)) {
          expect(weights.length).toBe(story.facts.batch);
          expect(simplexDefect(weights, 1e-9)).toBeUndefined();
        }
      }),
    );
  });

  test("goes on from its state with the same weights, bit for bit", () => {
    fc.assert(
      fc.property(stories(signed), fc.nat(STEPS), (story, cut) => {
        const whole = make(story.facts);
        play(whole, story, 0, cut);
        const saved = structuredClone(whole.state());
        const expected = play(whole, story, cut);
        const resumed = make(story.facts);
        resumed.restore(saved);
        expect(play(resumed, story, cut)).toEqual(expected);
        expect(resumed.state()).toEqual(whole.state());
      }),
    );
  });
});

describe.each(observing)("%s", (_, { make, signed }) => {
  test("refuses NaN and infinities, naming the example, and its weights stay as they were", () => {
    const wrong = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    fc.assert(
      fc.property(stories(signed), fc.nat(), wrong, (story, at, value) => {
        const policy = make(story.facts);
        play(policy, story);
        const step = story.steps.length - 1;
        const { rows, values } = story.steps[step];
        const weights = () => policy.weigh(step, rows);
        const before = { weights: weights(), state: structuredClone(policy.state()) };
        const place = at % rows.length;
        const poisoned = values.with(place, value);
        const told = () => policy.observe(step, { examples: rows, values: poisoned, agreement: 1 });
        expect(told).toThrow(new RegExp(` of training example ${rows[place]} is -?(NaN|Infinity)$`));
        expect({ weights: weights(), state: policy.state() }).toEqual(before);
      }),
    );
  });
});

const rows = (...numbers: number[]) => Int32Array.from(numbers);
const told = (policy: OnlinePolicy, step: number, values: number[], agreement = 1, examples = rows(...values.keys())) =>
  policy.observe(step, { examples, values: Float64Array.from(values), agreement });
/** The weights of a batch, relative to the largest. */
const relative = (policy: OnlinePolicy, batch: Int32Array, step = 0) => {
  const weights = [...policy.weigh(step, batch)];
  return weights.map((weight) => weight / Math.max(...weights));
};

describe("law, by hand", () => {
  const four = rows(0, 1, 2, 3);
  const make = () => new Law({ examples: 4, batch: 4, seed: 1 });

  test("weights accumulate contributions in units of their mean size, times the agreement, between 0 and 1", () => {
    const policy = make();
    expect(policy.weigh(0, four)).toEqual(Float64Array.of(0.25, 0.25, 0.25, 0.25));
    // The mean size is 2: moves of 0.5, -0.5, 1 and 0, the upward ones stopped by the ceiling.
    told(policy, 20, [2, -2, 4, 0], 0.5);
    expect(relative(policy, four)).toEqual([1, 0.5, 1, 1]);
    // The mean size is 1. Example 1 stops at the floor.
    told(policy, 40, [-0.5, -1.5, -1, 1]);
    expect(relative(policy, four)).toEqual([0.5, 0, 0, 1]);
    // Nothing is owed for what the floor and the ceiling cut off.
    told(policy, 60, [0, 1, 1, -2], 0.25);
    expect(relative(policy, four)).toEqual([1, 0.5, 0.5, 1]);
    expect(policy.weigh(61, rows(1, 1, 3, 0))).toEqual(Float64Array.of(1 / 6, 1 / 6, 1 / 3, 1 / 3));
  });

  test("less than 16 steps after its last measurement an example moves by so many sixteenths", () => {
    const policy = make();
    told(policy, 20, [-1, -1, -1, -1], 0.5);
    told(policy, 24, [-1, 1], 0.5, rows(0, 1));
    told(policy, 36, [-1, 1], 0.5, rows(2, 0));
    // Of 0.5: 0.5 - 4/16 * 0.5 + 12/16 * 0.5 = 0.75, 0.5 + 4/16 * 0.5 = 0.625, 0.5 - 0.5 = 0, and 0.5.
    expect(relative(policy, four)).toEqual(
      [1, 0.625 / 0.75, 0, 0.5 / 0.75].map((weight) => expect.closeTo(weight, 12)),
    );
    // The same one twice in a batch says nothing new the second time.
    told(policy, 60, [-1, -1], 0.25, rows(0, 0));
    expect(relative(policy, four)).toEqual([0.8, 1, 0, 0.8].map((weight) => expect.closeTo(weight, 12)));
  });

  test("where the halves do not agree, or are opposed, or nothing contributes, nothing moves", () => {
    const policy = make();
    told(policy, 20, [-1, 1, 0, 0], 0.25);
    const before = policy.weigh(21, four);
    told(policy, 40, [5, -3, 2, -1], 0);
    told(policy, 60, [5, -3, 2, -1], -0.7);
    told(policy, 80, [0, 0, 0, 0], 1);
    expect(policy.weigh(81, four)).toEqual(before);
    expect(before).not.toEqual(make().weigh(0, four));
  });

  test.each([
    [1, 1],
    [0.6, 2],
    [0.3, 3],
    [0.125, 8],
    [0.01, 8],
    [0, 8],
    [-1, 8],
  ])("at an agreement of %d the next measurement is %i steps later", (agreement, interval) => {
    const policy = make();
    told(policy, 5, [1, 1, 1, 1], agreement);
    const asking = Array.from({ length: 20 }, (_, i) => 6 + i).filter((step) => policy.asked(step, four) !== undefined);
    expect(asking[0]).toBe(5 + interval);
    expect(asking.length).toBe(20 - interval + 1);
  });

  test("examples without weight are asked about again four passes over the data after their last measurement", () => {
    // Two steps a pass.
    const policy = new Law({ examples: 8, batch: 4, seed: 1 });
    told(policy, 15, [-1, -1, -1, -1, 1, 1, 1, 1]);
    const batch = rows(7, 0, 1, 2, 3, 0);
    const asked = (step: number) => [...policy.asked(step, batch)!];
    expect([16, 22].map(asked)).toEqual([[0], [0]]);
    expect([23, 24].map(asked)).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
    ]);
    told(policy, 35, [1], 1, rows(0));
    expect(asked(36)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("told of contributions to the validation set, it mixes in uniform weights as far as its own have no advantage", () => {
    const policy = new Law({ examples: 4, batch: 4, seed: 1 });
    const all = rows(0, 1, 2, 3);
    const observe = (step: number, values: number[], heldOut: number[]) =>
      policy.observe(step, {
        examples: all,
        values: Float64Array.from(values),
        agreement: 1,
        heldOut: Float64Array.from(heldOut),
      });
    // Uniform weights have no advantage over themselves: the trust is 2.
    observe(15, [-1, -1, 1, 1], [1, 1, 1, 1]);
    const beta = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
    const mixed = (logOdds: number) => {
      const rest = (1 - beta(logOdds)) / 4;
      return [rest, rest, beta(logOdds) / 2 + rest, beta(logOdds) / 2 + rest];
    };
    const expectWeights = (logOdds: number) =>
      mixed(logOdds).forEach((weight, i) => {
        expect(policy.weigh(16, all)[i]).toBeCloseTo(weight, 12);
      });
    expectWeights(2);
    // < gamma, h > is 0 and mean h is 1; then 2 and 1.
    observe(16, [0, 0, 0, 0], [2, 2, 0, 0]);
    expectWeights(1);
    observe(17, [0, 0, 0, 0], [0, 0, 2, 2]);
    expectWeights(1 + 1 / 3);
    // Whole from 6 on: exactly zero weights.
    for (let step = 18; step < 40; step++) observe(step, [0, 0, 0, 0], [0, 0, 2, 2]);
    expect(policy.weigh(40, all)).toEqual(Float64Array.of(0, 0, 0.5, 0.5));
    for (let step = 40; step < 80; step++) observe(step, [0, 0, 0, 0], [2, 2, 0, 0]);
    expectWeights(-6);
  });

  test("of a batch in which nothing is due it asks nothing, for the longest interval", () => {
    const policy = new Law({ examples: 8, batch: 4, seed: 1 });
    told(policy, 15, [-1, -1, -1, -1, 1, 1, 1, 1]);
    expect(policy.asked(16, rows(0, 1))).toBeUndefined();
    expect(policy.asked(23, rows(7))).toBeUndefined();
    expect(policy.asked(24, rows(7))).toEqual(Int32Array.of(0));
  });
});

describe("mirror, by hand", () => {
  test("logs of weights accumulate what the law accumulates, without floor or ceiling", () => {
    const policy = new Mirror({ examples: 3, batch: 3, seed: 1 });
    const logs = (batch: Int32Array) => {
      const [first, ...rest] = policy.weigh(0, batch);
      return rest.map((weight) => Math.log(weight / first));
    };
    // The mean size is 2.
    told(policy, 0, [-2, 4, 0], 0.5);
    expect(logs(rows(0, 1, 2))[0]).toBeCloseTo(1.5, 12);
    expect(logs(rows(0, 1, 2))[1]).toBeCloseTo(0.5, 12);
    for (let step = 1; step <= 40; step++) told(policy, step, [-1, 1], 1, rows(0, 1));
    expect(logs(rows(0, 1, 1))[0]).toBeCloseTo(81.5, 10);
    expect(policy.weigh(41, rows(0, 1, 2))[0]).toBeGreaterThan(0);
    told(policy, 41, [3, -3], -0.9, rows(0, 1));
    told(policy, 42, [3, -3], 0, rows(0, 1));
    expect(logs(rows(0, 1))[0]).toBeCloseTo(81.5, 10);
  });

  test("logs may grow beyond what an exponential can hold", () => {
    const policy = new Mirror({ examples: 2, batch: 2, seed: 1 });
    for (let step = 0; step < 2000; step++) told(policy, step, [1, 1 + 1e-3]);
    expect(policy.weigh(2000, rows(0, 1))[1]).toBeCloseTo(1 / (1 + Math.exp(-2 / 1.0005)), 9);
  });
});

describe("greedy, by hand", () => {
  test("all with a positive contribution weigh the same, however large it is, and the rest nothing", () => {
    const policy = new Greedy();
    told(policy, 0, [3, -1, 0, 1e-300]);
    expect(policy.weigh()).toEqual(Float64Array.of(0.5, 0, 0, 0.5));
  });

  test("where none is positive all weigh the same", () => {
    const policy = new Greedy();
    told(policy, 0, [-3, -1, 0, -0]);
    expect(policy.weigh()).toEqual(Float64Array.of(0.25, 0.25, 0.25, 0.25));
  });
});

describe("highest-loss, by hand", () => {
  test("the half with the highest losses weigh the same; of equal losses the first are kept", () => {
    const policy = new HighestLoss();
    told(policy, 0, [1, 4, 2, 3]);
    expect(policy.weigh()).toEqual(Float64Array.of(0, 0.5, 0, 0.5));
    told(policy, 1, [1, 1, 5, 1]);
    expect(policy.weigh()).toEqual(Float64Array.of(0.5, 0, 0.5, 0));
    told(policy, 2, [0, 7, 6]);
    expect(policy.weigh()).toEqual(Float64Array.of(0, 0.5, 0.5));
  });
});

describe("reducible-loss, by hand", () => {
  test("the half is kept whose loss is highest above its irreducible loss", () => {
    const policy = knowing(Float32Array.of(0, 3, 0.5, 2));
    // Reducible are 0.5, 0.1, 0.2 and 1.
    told(policy, 0, [2.5, 3.1, 0.2, 1.5], 1, rows(3, 1, 0, 2));
    expect(policy.weigh(0, rows(3, 1, 0, 2))).toEqual(Float64Array.of(0.5, 0, 0, 0.5));
  });
});

describe("gradient-norm", () => {
  const norms = [4, 1, 0, 3, 0.5, 2, 1.5];
  const total = norms.reduce((sum, norm) => sum + norm, 0);
  const p = norms.map((norm) => norm / total);
  const DRAWS = 4;
  const draws = 4000;
  const policy = new GradientNorm({ examples: 7, batch: 7, seed: 3 });
  const standardError = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, error: Math.sqrt(squares) / values.length };
  };
  told(policy, 0, norms);
  /**
   * How often each row was drawn. Scaled weights are S c_i / p_i with the one S for which the c_i sum to the draws: they
   * hold the counts, whatever the scale.
   */
  const counts = Array.from({ length: draws }, (_, step) => {
    const shares = [...policy.weigh(step)].map((weight, i) => weight * p[i]);
    const sum = shares.reduce((all, share) => all + share, 0);
    return shares.map((share) => (DRAWS * share) / sum);
  });

  test("draws half of the batch, with replacement: the weights are whole numbers of draws, over p, scaled", () => {
    for (const drawn of counts)
      for (const count of drawn) expect(Math.abs(count - Math.round(count))).toBeLessThan(1e-9);
    expect(Math.max(...counts.flat())).toBeGreaterThan(2.5);
    expect(counts[0]).not.toEqual(counts[1]);
  });

  test("each row is drawn as often as its norm says, within 4 standard errors; one without gradient never", () => {
    for (const [i, probability] of p.entries()) {
      const { mean } = standardError(counts.map((drawn) => drawn[i]));
      const error = Math.sqrt((DRAWS * probability * (1 - probability)) / draws);
      expect(Math.abs(mean - DRAWS * probability), `row ${i}`).toBeLessThanOrEqual(4 * error);
    }
  });

  test("before they are scaled, the weights estimate the mean over the batch without bias, to 4 standard errors", () => {
    // Anything that is zero where the gradient is: the estimate of its mean is (1 / B k) sum_i c_i x_i / p_i.
    const x = [3, -2, 0, 5, 7, -1, 2];
    const { mean, error } = standardError(
      counts.map(
        (drawn) => drawn.reduce((sum, count, i) => sum + (count === 0 ? 0 : (count * x[i]) / p[i]), 0) / (7 * DRAWS),
      ),
    );
    expect(error).toBeLessThan(0.04);
    expect(Math.abs(mean - 2)).toBeLessThan(4 * error);
  });

  test("where no gradient has a norm, rows are drawn evenly", () => {
    const flat = new GradientNorm({ examples: 2, batch: 4, seed: 1 });
    told(flat, 0, [0, 0, 0, 0], 1, rows(0, 1, 0, 1));
    const sums = [0, 0, 0, 0];
    for (let step = 0; step < 2000; step++)
      for (const [i, weight] of flat.weigh(step).entries()) sums[i] += weight / 2000;
    // A weight is c / 2 with c from B(2, 1/4), of variance 3/32: a standard error of 0.007.
    for (const mean of sums) expect(Math.abs(mean - 0.25)).toBeLessThan(0.028);
  });
});

describe("searched, by hand", () => {
  const weights = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0, 0.25, 0.25, 0.5);
  const policy = new Searched({ steps: 2, examples: 4, weights });

  test("the step's row over the batch, scaled to sum 1", () => {
    expect(policy.weigh(1, rows(3, 1, 1, 0))).toEqual(Float64Array.of(0.5, 0.25, 0.25, 0));
    const [first, second] = policy.weigh(0, rows(2, 0));
    expect(first).toBeCloseTo(0.75, 7);
    expect(second).toBeCloseTo(0.25, 7);
  });

  test("a batch that has no weight in it weighs the same everywhere", () => {
    expect(policy.weigh(1, rows(0, 0))).toEqual(Float64Array.of(0.5, 0.5));
  });
});

describe("dsir, by hand", () => {
  const make = (facts: PolicyFacts, importances: Float64Array) => new FixedBeliefs(resampled(facts, importances));
  const windows = (...rows: number[][]) => ({
    count: rows.length,
    fields: { tokens: { data: BigInt64Array.from(rows.flat(), BigInt), rowShape: [rows[0].length] } },
  });

  test("importances are what 1- and 2-grams say, each bucket counted once more", () => {
    const train = windows([1, 2, 3], [3, 2, 1], [1, 2, 0]);
    const [forward, backward, short] = logImportances({ train, desired: windows([1, 2, 3], [1, 2, 3]) });
    // 10 and 13 n-grams; 1, 2, 3 are there 2, 2, 2 and 3, 3, 2 times, their pairs 2, 2 and 2, 1.
    const total = Math.log((10_000 + 13) / (10_000 + 10));
    const [one, two, three] = [3 / 4, 3 / 4, 3 / 3].map(Math.log);
    const [pairs, next] = [3 / 3, 3 / 2].map(Math.log);
    expect(forward).toBeCloseTo(5 * total + one + two + three + pairs + next, 12);
    expect(short).toBeCloseTo(3 * total + one + two + pairs, 12);
    expect(backward).toBeCloseTo(5 * total + one + two + three + 2 * Math.log(1 / 2), 12);
  });

  test("draws half of the examples without replacement, by the softmax of their importances in the first place", () => {
    const importances = Float64Array.of(0, Math.log(2), Math.log(5));
    let [draws, both] = [0, 0];
    for (let seed = 0; seed < 3000; seed++) {
      const { weights } = make({ examples: 3, batch: 1, seed }, importances).state();
      expect([...weights].sort()).toEqual([0, 1, 1]);
      draws += 1;
      both += weights[1] * weights[2];
    }
    // Both 1 and 2 are drawn: 2/8 * 5/6 + 5/8 * 2/3.
    expect(both / draws).toBeCloseTo(0.625, 1);
    const policy = make({ examples: 3, batch: 2, seed: 1 }, importances);
    const chosen = [...policy.state().weights.keys()].filter((n) => policy.state().weights[n] > 0);
    expect([...policy.rows(7)!].sort()).toEqual(chosen);
    // Beliefs and whole weights of three examples in float64, the chosen and their order in int32.
    expect(policy.bytes).toBe(2 * 3 * 8 + 2 * 2 * 4);
    expect([...policy.weigh(7, policy.rows(7)!)]).toEqual([0.5, 0.5]);
    expect([...make({ examples: 3, batch: 3, seed: 1 }, importances).weigh(0, rows(0, 1, 2))].sort()).toEqual([
      0, 0.5, 0.5,
    ]);
  });
});
