import { afterEach, describe, expect, test } from "vitest";
import { Sgd } from "../../descent/optimizers/sgd.js";
import { relativeError, TestPasses } from "../../testing/passes.js";
import { type TinyProblem, tinyPerceptron, tinyTransformer } from "../../testing/problems.js";
import { refusal } from "../../testing/refusal.js";
import { ContributionMeter, desiredDraw } from "./contribution-meter.js";
import { outputGradientNorm } from "./gradient-norm.js";
import { contribution, loss, type Observation, type OnlinePolicy, type Question } from "./online-policy.js";
import { agreements, WeightedGradient } from "./weighted-gradient.js";

const N = 40;
const B = 32;
const problems = {
  perceptron: () => tinyPerceptron({ train: N, desired: 8 }),
  transformer: () => tinyTransformer({ train: N, desired: 8 }),
};

/** Weighs the same in every step, and remembers what it is told. */
class Fixed implements OnlinePolicy {
  readonly told: (Observation & { step: number })[] = [];

  constructor(
    private readonly weights: Float64Array,
    readonly question: Question | undefined = undefined,
    /** All of the batch, if it has a question. */
    private readonly places = Int32Array.from(weights.keys()),
  ) {}

  asked(): Int32Array | undefined {
    return this.question && this.places;
  }

  weigh(): Float64Array {
    return this.weights;
  }

  observe(step: number, observation: Observation): void {
    this.told.push({ step, ...structuredClone(observation) });
  }

  state() {
    return { told: Float64Array.of(this.told.length) };
  }

  restore(): void {}
}

const released: TestPasses[] = [];
afterEach(async () => {
  for (const passes of released.splice(0)) await passes.release();
});

function setUp({ model, train, desired, theta: start }: TinyProblem, policy: OnlinePolicy) {
  const all = new TestPasses(model);
  released.push(all);
  const examples = all.over(train, B);
  const theta = Float64Array.from(start);
  const gradient = new Float64Array(theta.length).fill(7);
  const facts = { batch: B, parameters: theta.length, dtype: "float64", clip: null, seed: 1 } as const;
  const newWeighted = () => {
    const optimizer = new Sgd({ momentum: 0, weightDecay: 0 }, { parameters: theta.length, dtype: "float64" });
    const wanted = all.over(desired, desiredDraw(B));
    const meter = new ContributionMeter(examples, wanted, wanted, optimizer, facts);
    return new WeightedGradient(
      examples,
      policy,
      policy.question?.quantity === contribution ? meter : undefined,
      "float64",
    );
  };
  const weighted = newWeighted();
  const compute = (step: number) => weighted.compute(step, theta, ROWS, gradient);
  return { all, examples, theta, gradient, weighted, newWeighted, compute };
}

/** B of the N examples, some of them twice. */
const ROWS = Int32Array.from({ length: B }, (_, i) => (7 * i + 3) % 29);
const EVEN = new Float64Array(B).fill(1 / B);
/** 20 of the 32 rows have weight. */
const WITH_WEIGHT = 20;
const UNEVEN = Float64Array.from({ length: B }, (_, i) => (i % 8 < 5 ? (1 + (i % 4)) / 44 : 0));

test("the uneven weights are a distribution, and of 20 rows", () => {
  expect(UNEVEN.filter((weight) => weight > 0).length).toBe(WITH_WEIGHT);
  expect(UNEVEN.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
});

describe.each(Object.entries(problems))("of a %s", (_, problem) => {
  test.each([
    ["nothing is asked", undefined],
    ["contributions are asked for after", { quantity: contribution, when: "after" }],
    ["contributions are asked for before", { quantity: contribution, when: "before" }],
    ["losses are asked for before", { quantity: loss, when: "before" }],
    ["gradient norms are asked for before", { quantity: outputGradientNorm, when: "before" }],
  ] as const)("the gradient is the weighted sum of the examples' own, where %s", async (_, question) => {
    const { all, examples, theta, gradient, compute } = setUp(problem(), new Fixed(UNEVEN, question));
    await compute(0);
    const expected = await all.explicitGradient(examples, theta, ROWS, UNEVEN);
    expect(relativeError(gradient, expected)).toBeLessThan(1e-13);
  });

  test("the policy is told the losses, with the step and the examples of its places", async () => {
    for (const when of ["before", "after"] as const) {
      const places = Int32Array.of(30, 2, 6, 7, 3);
      const policy = new Fixed(UNEVEN, { quantity: loss, when }, places);
      const { all, examples, theta, compute } = setUp(problem(), policy);
      await compute(5);
      const asked = places.map((place) => ROWS[place]);
      const [{ values, ...rest }] = policy.told;
      expect(rest).toEqual({ step: 5, examples: asked, agreement: 1 });
      expect(relativeError(values, await all.lossesOf(examples, theta, asked))).toBeLessThan(1e-14);
    }
  });

  test("contributions asked for before and after are the same", async () => {
    const told = [];
    for (const when of ["before", "after"] as const) {
      const policy = new Fixed(UNEVEN, { quantity: contribution, when });
      await setUp(problem(), policy).compute(0);
      told.push(policy.told[0]);
    }
    expect(relativeError(told[0].values, told[1].values)).toBeLessThan(1e-6);
    expect(told[0].agreement).toBeCloseTo(told[1].agreement, 6);
    expect(Math.abs(told[0].agreement)).toBeGreaterThan(0.01);
  });
});

describe("work, in gradients of one example, is what the programs were given", () => {
  // The meter draws 2 of each half in its first measurement, and compares the halves on all that is asked about.
  const measure = (asked: number) => 2 * 2 + asked / 3;
  const partly = Int32Array.from(EVEN.keys()).filter((i) => i % 8 < 6);
  const after = { quantity: contribution, when: "after" } as const;
  const before = { ...after, when: "before" } as const;
  test.each([
    ["uniform weights", new Fixed(EVEN), B],
    ["weights on 20 rows", new Fixed(UNEVEN), WITH_WEIGHT],
    ["contributions after, all with weight: 4/3 each", new Fixed(EVEN, after), (4 / 3) * B + measure(B)],
    [
      "contributions after, 12 without weight: two forward passes",
      new Fixed(UNEVEN, after),
      (4 / 3) * WITH_WEIGHT + (2 / 3) * 12 + measure(B),
    ],
    [
      "contributions after, 8 without weight not asked about",
      new Fixed(UNEVEN, after, partly),
      (4 / 3) * WITH_WEIGHT + (2 / 3) * 4 + measure(partly.length),
    ],
    ["contributions before", new Fixed(UNEVEN, before), WITH_WEIGHT + (2 / 3) * B + measure(B)],
    ["losses before", new Fixed(UNEVEN, { quantity: loss, when: "before" }), WITH_WEIGHT + B / 3],
    ["gradient norms", new Fixed(UNEVEN, { quantity: outputGradientNorm, when: "before" }), WITH_WEIGHT + B / 3],
  ])("%s", async (_, policy, expected) => {
    const { all, weighted, compute } = setUp(problems.perceptron(), policy);
    await compute(0);
    expect(weighted.work).toBeCloseTo(expected, 9);
    const forward = all.examplesGivenTo("losses", "outputGradientNorms");
    expect(all.examplesGivenTo("gradient", "lossGradient") + forward / 3).toBeCloseTo(expected, 9);
  });
});

test("rows without weight are not run", async () => {
  for (const problem of Object.values(problems)) {
    const { all, compute } = setUp(problem(), new Fixed(UNEVEN));
    await compute(0);
    expect(all.examplesGivenTo("gradient")).toBe(WITH_WEIGHT);
    expect(all.examplesGivenTo("losses")).toBe(0);
  }
});

test.each([
  ["negative", UNEVEN.with(0, -0.1), "weight 0 is -0.1"],
  ["of another sum", EVEN.map((weight) => 1.1 * weight), "its weights sum to 1.1"],
  ["not a number", EVEN.with(3, Number.NaN), "weight 3 is NaN"],
  ["infinite", EVEN.with(3, Number.POSITIVE_INFINITY), "its weights sum to Infinity"],
  ["too few", EVEN.subarray(1), "it has not one for each row"],
  ["too many", Float64Array.of(...EVEN, 0), "it has not one for each row"],
])("weights that are %s are refused with the step", async (_, weights, message) => {
  const { weighted, gradient, compute } = setUp(problems.perceptron(), new Fixed(weights));
  expect(await refusal(compute(7))).toContain(`the policy gave no distribution at step 7: ${message}`);
  expect(weighted.work).toBe(0);
  expect(gradient).toEqual(new Float64Array(4).fill(7));
});

test("it goes on from its state: work, tally, meter and agreements", async () => {
  const policy = new Fixed(UNEVEN, { quantity: contribution, when: "after" });
  const { weighted, newWeighted, theta, gradient, compute } = setUp(problems.perceptron(), policy);
  for (const step of [0, 1, 2]) await compute(step);
  const resumed = newWeighted();
  resumed.restore(structuredClone(weighted.state()));
  expect(resumed.work).toBe(weighted.work);
  await compute(3);
  const first = { state: structuredClone(weighted.state()), gradient: gradient.slice(), told: policy.told.at(-1) };
  await resumed.compute(3, theta, ROWS, gradient);
  expect({ ...resumed.state(), "policy.told": undefined }).toEqual({ ...first.state, "policy.told": undefined });
  expect({ gradient, told: policy.told.at(-1) }).toEqual({ gradient: first.gradient, told: first.told });
  // Of every measuring step, as the policy was told it.
  expect(agreements(first.state)).toEqual(
    policy.told.slice(0, 4).map(({ step, agreement }) => ({ step: step + 1, agreement })),
  );
  expect(Array.from(first.state["tally.draws"]).reduce((sum, draws) => sum + draws, 0)).toBe(4 * B);
});
