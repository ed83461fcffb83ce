import { afterEach, describe, expect, test } from "vitest";
import { type Floats, type FloatType, floats } from "../../base/floats.js";
import { createRandom } from "../../base/random.js";
import type { Examples } from "../../data/examples.js";
import { AdamW } from "../../descent/optimizers/adamw.js";
import type { Optimizer } from "../../descent/optimizers/optimizer.js";
import { Sgd } from "../../descent/optimizers/sgd.js";
import { dot, relativeError, TestPasses } from "../../testing/passes.js";
import { type TinyProblem, tinyPerceptron, tinyTransformer } from "../../testing/problems.js";
import { refusalOf } from "../../testing/refusal.js";
import { Agreement } from "./agreement.js";
import { ContributionMeter, desiredDraw } from "./contribution-meter.js";

const problems = {
  perceptron: () => tinyPerceptron({ train: 20, desired: 6 }),
  transformer: () => tinyTransformer({ train: 20, desired: 6 }),
};
/** Three of each half are drawn: all of it. */
const WHOLE = 48;
const ROWS = Int32Array.of(3, 0, 7, 19, 7, 12, 1, 15, 2, 2, 18, 5, 9, 11, 4, 16, 10, 6, 13, 8);

const released: TestPasses[] = [];
afterEach(async () => {
  for (const passes of released.splice(0)) await passes.release();
});

const sgd = (P: number, dtype: FloatType) => new Sgd({ momentum: 0.9, weightDecay: 0 }, { parameters: P, dtype });
const adamw = (P: number, dtype: FloatType) =>
  new AdamW({ beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }, { parameters: P, dtype });

interface Choices {
  readonly dtype?: FloatType;
  readonly batch?: number;
  readonly make?: (P: number, dtype: FloatType) => Optimizer;
  /** Of the optimizer, before anything is measured. */
  readonly updates?: number;
}

async function setUp(
  problem: TinyProblem,
  { dtype = "float64", batch = WHOLE, make = sgd, updates = 0 }: Choices = {},
) {
  const { model, train, desired } = problem;
  const all = new TestPasses(model, dtype);
  released.push(all);
  const [examples, wanted] = [all.over(train), all.over(desired)];
  const theta = floats(dtype, problem.theta.length);
  theta.set(problem.theta);
  const optimizer = make(theta.length, dtype);
  const gradient = floats(dtype, theta.length);
  for (let update = 0; update < updates; update++) {
    const rows = ROWS.subarray(update, update + 4);
    await examples.rowsGradient(theta, rows, floats(dtype, 4).fill(1 / 4), gradient);
    optimizer.update(theta, gradient, 0.01);
  }
  const newMeter = () =>
    new ContributionMeter(examples, wanted, all.over(reorder(train, [1, 0, 2])), optimizer, {
      batch,
      parameters: theta.length,
      dtype,
      clip: null,
      seed: 1,
    });
  const measure = async (meter: ContributionMeter, rows = ROWS) =>
    meter.measure(theta, rows, await all.lossesOf(examples, theta, rows));
  return { all, examples, wanted, theta, optimizer, newMeter, measure };
}

/** D (g_A + g_B) / 2 from a gradient for each desired example. */
async function direction({ all, wanted, theta, optimizer }: Awaited<ReturnType<typeof setUp>>): Promise<Floats> {
  const thirds = [1 / 3, 1 / 3, 1 / 3];
  const a = await all.explicitGradient(wanted, theta, Int32Array.of(0, 1, 2), thirds);
  const b = await all.explicitGradient(wanted, theta, Int32Array.of(3, 4, 5), thirds);
  const into = floats(all.dtype, a.length);
  optimizer.precondition(
    Float64Array.from(a, (value, i) => (value + b[i]) / 2),
    into,
  );
  return into;
}

/** The same examples, in other places. */
function reorder({ fields }: Examples, order: readonly number[]): Examples {
  const moved = Object.entries(fields).map(([name, { data, rowShape }]) => {
    const length = rowShape.reduce((product, extent) => product * extent, 1);
    const result = new (data.constructor as new (length: number) => Float32Array)(order.length * length);
    for (const [to, from] of order.entries())
      result.set(data.subarray(from * length, (from + 1) * length) as never, to * length);
    return [name, { data: result, rowShape }];
  });
  return { count: order.length, fields: Object.fromEntries(moved) };
}

describe.each(Object.entries(problems))("contributions of a %s", (_, problem) => {
  test.each([
    ["sgd", { make: sgd }],
    ["adamw after 3 updates", { make: adamw, updates: 3 }],
    ["adamw before the first", { make: adamw }],
  ] as const)(
    "with %s are < D (g_A + g_B) / 2, grad l_n >, from a gradient for each example, to 1e-6",
    async (_, choices) => {
      const setting = await setUp(problem(), choices);
      const { all, examples, theta, newMeter, measure } = setting;
      const along = await direction(setting);
      const expected = new Float64Array(examples.count);
      for (let n = 0; n < expected.length; n++) expected[n] = dot(along, await all.exampleGradient(examples, theta, n));

      const { values } = await measure(newMeter());
      expect(
        relativeError(
          values,
          Array.from(ROWS, (n) => expected[n]),
        ),
      ).toBeLessThan(1e-6);

      const exact = {
        losses: new Float64Array(20),
        contributions: new Float64Array(20),
        gradient: floats("float64", theta.length),
      };
      await examples.measuredGradient(theta, along, new Float64Array(20).fill(1 / 20), exact);
      expect(relativeError(exact.contributions, expected)).toBeLessThan(1e-9);
    },
  );

  test.each([
    ["sgd", { make: sgd }],
    ["adamw", { make: adamw, updates: 3 }],
  ] as const)("in float32 they are so to 3%, with %s", async (_, choices) => {
    const setting = await setUp(problem(), { ...choices, dtype: "float32" });
    const { all, examples, theta, newMeter, measure } = setting;
    const along = await direction(setting);
    const expected: number[] = [];
    for (const n of ROWS) expected.push(dot(along, await all.exampleGradient(examples, theta, n)));
    const { values } = await measure(newMeter());
    expect(relativeError(values, expected)).toBeLessThan(0.03);
  });
});

/** What these contributions to the halves agree. */
function agreementOf(toA: Float64Array, toB: Float64Array): number {
  const agreement = new Agreement();
  agreement.add(toA, toB);
  return agreement.value;
}

describe("the agreement of the halves", () => {
  test.each(Object.entries(problems))(
    "is that of equal contributions where both hold the same examples (%s)",
    async (_, problem) => {
      const tiny = problem();
      const twice = { ...tiny, desired: reorder(tiny.desired, [0, 1, 2, 0, 1, 2]) };
      const { newMeter, measure } = await setUp(twice, { make: adamw, updates: 3 });
      const { values, agreement } = await measure(newMeter());
      expect(agreement).toBeCloseTo(agreementOf(values, values), 9);
    },
  );

  test("is that of opposite contributions at the optimum of both together: what the one gains the other loses", async () => {
    const tiny = tinyPerceptron({ train: 20, desired: 24 });
    const setting = await setUp(tiny, { batch: 400 });
    const { wanted, theta, newMeter, measure } = setting;
    expect(desiredDraw(400)).toBeGreaterThanOrEqual(12);
    const before = await measure(newMeter());
    const opposed = agreementOf(
      before.values,
      before.values.map((value) => -value),
    );
    expect(before.agreement).toBeGreaterThan(opposed + 0.5);
    const gradient = new Float64Array(theta.length);
    for (let step = 0; step < 600; step++) {
      await wanted.meanLossGradient(theta, gradient);
      for (let i = 0; i < theta.length; i++) theta[i] -= 2 * gradient[i];
    }
    expect(Math.hypot(...gradient)).toBeLessThan(1e-9);
    expect((await measure(newMeter())).agreement).toBeCloseTo(opposed, 6);
  });
});

test("mini-batches of the halves come in turn; a half's gradient is the mean over its first, then over its newest", async () => {
  // One of three desired examples a mini-batch.
  const setting = await setUp(problems.transformer(), { batch: 16 });
  const { all, examples, wanted, theta, newMeter, measure } = setting;
  const meter = newMeter();
  const order = [0, 1].flatMap((epoch) => [...createRandom(1, `order of epoch ${epoch}`).permutation(3)]);
  const [a, b] = [new Float64Array(3), new Float64Array(3)];
  const draws = [0, 0];
  const refresh = (half: 0 | 1) => {
    const count = draws[half]++;
    const fresh = Math.max(1 / 3, 1 / (count + 1));
    const shares = half === 0 ? a : b;
    for (let k = 0; k < 3; k++) shares[k] = (1 - fresh) * shares[k] + (order[count] === k ? fresh : 0);
  };
  const work: number[] = [];
  for (let measurement = 0; measurement < 8; measurement++) {
    if (measurement % 2 === 0) refresh(0);
    if (measurement % 2 === 1 || measurement === 0) refresh(1);
    const before = meter.forwardPasses;
    const { values } = await measure(meter);
    work.push((meter.forwardPasses - before) / 3);
    const shares = Float64Array.of(...a, ...b).map((share) => share / 2);
    const direction = await all.explicitGradient(wanted, theta, Int32Array.of(0, 1, 2, 3, 4, 5), shares);
    const expected: number[] = [];
    for (const n of ROWS) expected.push(dot(direction, await all.exampleGradient(examples, theta, n)));
    expect(relativeError(values, expected)).toBeLessThan(1e-6);
  }
  // A gradient, at first two, and two forward passes for each of 20 rows: the halves are compared on all of them.
  expect(work).toEqual([2, 1, 1, 1, 1, 1, 1, 1].map((gradients) => expect.closeTo(gradients + 40 / 3, 9)));
});

test("the halves are compared on all examples until that is settled, then on 16 in every other measurement", async () => {
  const { newMeter, measure } = await setUp(problems.perceptron(), { batch: 16 });
  const meter = newMeter();
  const work: number[] = [];
  for (let measurement = 0; measurement < 24; measurement++) {
    const before = meter.forwardPasses;
    await measure(meter);
    work.push(meter.forwardPasses - before);
  }
  // 256 (1 - (1 - 20/256)^18) is more than 192. A mini-batch of one is three forward passes.
  expect(work.slice(1, 18)).toEqual(Array(17).fill(3 + 2 * 20));
  expect(work.slice(18)).toEqual([3 + 20 + 16, 3 + 20, 3 + 20 + 16, 3 + 20, 3 + 20 + 16, 3 + 20]);
});

test("a mini-batch's gradient is clipped as those of the training are", async () => {
  const { examples, wanted, optimizer, theta, measure } = await setUp(problems.perceptron(), { batch: 16 });
  const facts = { batch: 16, parameters: theta.length, dtype: "float64", clip: 1e-3, seed: 1 } as const;
  const meter = new ContributionMeter(examples, wanted, wanted, optimizer, facts);
  await measure(meter);
  const { a, b } = meter.state();
  for (const gradient of [a, b]) expect(Math.hypot(...gradient)).toBeCloseTo(1e-3, 12);
});

test("a meter goes on from the state of another with the same numbers, bit for bit", async () => {
  const { newMeter, measure } = await setUp(problems.transformer(), { batch: 16, make: adamw, updates: 2 });
  const whole = newMeter();
  for (let measurement = 0; measurement < 4; measurement++) await measure(whole);
  const saved = structuredClone(whole.state());
  const expected = [await measure(whole), await measure(whole, ROWS.subarray(0, 5)), await measure(whole)];
  const resumed = newMeter();
  resumed.restore(saved);
  expect([await measure(resumed), await measure(resumed, ROWS.subarray(0, 5)), await measure(resumed)]).toEqual(
    expected,
  );
  expect(resumed.state()).toEqual(whole.state());
  expect(await measure(newMeter())).not.toEqual(expected[2]);
});

test("where the gradient of the desired loss is zero, so is every contribution, and nothing is agreed on", async () => {
  const tiny = tinyPerceptron({ train: 20, desired: 6 });
  const { x, y } = tiny.desired.fields;
  const desired = { count: 6, fields: { x: { ...x, data: new Float32Array(24) }, y } };
  const nothing = new Float64Array(20);
  for (const make of [sgd, adamw]) {
    const { newMeter, measure } = await setUp({ ...tiny, desired }, { make });
    expect(await measure(newMeter())).toMatchObject({ values: nothing, agreement: agreementOf(nothing, nothing) });
  }
});

test("one desired example has no halves, and is refused", async () => {
  const one = await setUp(tinyPerceptron({ train: 20, desired: 1 }));
  expect(refusalOf(one.newMeter)).toBe(
    "a policy that measures contributions needs at least 2 desired examples, and has 1",
  );
  const two = await setUp(tinyPerceptron({ train: 20, desired: 2 }));
  expect((await two.measure(two.newMeter())).values.length).toBe(20);
});

test("contributions to the validation set are told where the halves' whole gradients are known, and nowhere else", async () => {
  for (const problem of Object.values(problems)) {
    const setting = await setUp(problem(), { make: adamw, updates: 3 });
    const { all, examples, theta, optimizer, newMeter, measure } = setting;
    const { heldOut } = await measure(newMeter());
    // The validation set of these tests is three of the training examples.
    const third = [1 / 3, 1 / 3, 1 / 3];
    const gradient = await all.explicitGradient(examples, theta, Int32Array.of(0, 1, 2), third);
    const along = floats(all.dtype, theta.length);
    optimizer.precondition(gradient, along);
    const expected: number[] = [];
    for (const n of ROWS) expected.push(dot(along, await all.exampleGradient(examples, theta, n)));
    expect(relativeError(heldOut!, expected)).toBeLessThan(1e-6);

    const partly = await setUp(problem(), { batch: 16 });
    expect(await partly.measure(partly.newMeter())).not.toHaveProperty("heldOut");
  }
});
