import { afterEach, describe, expect, test, vi } from "vitest";
import { createRandom } from "../base/random.js";
import type { Examples } from "../data/examples.js";
import { reshape, slice } from "../graph/shaping.js";
import { parameterCount } from "../models/model.js";
import { type TinyProblem, tinyPerceptron, tinyTransformer } from "../testing/problems.js";
import { Engine } from "./engine.js";
import type { Pass } from "./pass.js";
import { Passes } from "./passes.js";

const N = 13;

/** The model is costly enough for examples without weight to be left out; the perceptron is not. */
const costly = () => tinyTransformer({ train: N, vocabulary: 120 });
const problems = { perceptron: () => tinyPerceptron({ train: N }), transformer: costly };

const released: Engine[] = [];
afterEach(async () => {
  for (const engine of released.splice(0)) await engine.release();
});

/** Passes in batches of at most `batch` examples, with a count of the examples that each kind of program is given. */
function setUp({ model, train, theta }: TinyProblem, batch = N, examples: Examples = train) {
  const { bytes } = new Engine({ model }, { dtype: "float64" }).perExample();
  // An eighth of the memory is for a batch, and some is for what does not grow with it.
  const memory = batch === N ? undefined : 12 * batch * bytes;
  const engine = new Engine({ model }, { dtype: "float64", threads: 1, memory });
  released.push(engine);
  const program = vi.spyOn(engine, "program");
  const passes = new Passes(engine, examples);
  const examplesGivenTo = (name: string) =>
    program.mock.calls.reduce((total, [pass, size]) => total + (pass.name === name ? size : 0), 0);
  return { passes, theta: Float64Array.from(theta), P: parameterCount(model), examplesGivenTo };
}

function randomDirection(length: number): Float64Array {
  return Float64Array.from({ length }, createRandom(5, "direction").normal);
}

function weightsWithout(...zeros: number[]): Float64Array {
  const random = createRandom(6, "weights");
  return Float64Array.from({ length: N }, (_, n) => (zeros.includes(n) ? 0 : 0.5 + random.uniform()));
}

/** Everything that passes compute, as plain numbers. */
async function results({ passes, theta, P }: ReturnType<typeof setUp>, weights: Float64Array) {
  const direction = randomDirection(P);
  const result = {
    gradient: new Float64Array(P).fill(7),
    lossGradient: new Float64Array(P).fill(7),
    product: new Float64Array(P).fill(7),
    contributions: new Float64Array(N).fill(7),
    tangent: new Float64Array(N).fill(7),
    losses: new Float64Array(2),
  };
  await passes.gradient(theta, weights, result.gradient);
  result.losses[0] = await passes.meanLossGradient(theta, result.lossGradient);
  result.losses[1] = await passes.meanLoss(theta);
  await passes.costate(theta, direction, weights, result.contributions, result.product);
  await passes.tangent(theta, direction, result.tangent);
  return result;
}

/** Equal to rounding: within 1e-12 of the largest number of an array. */
function expectEqual(actual: Record<string, Float64Array>, expected: Record<string, Float64Array>): void {
  for (const [name, values] of Object.entries(expected)) {
    const scale = Math.max(...values.map(Math.abs));
    expect(scale, name).toBeGreaterThan(0);
    const worst = Math.max(...values.map((value, i) => Math.abs(value - actual[name][i])));
    expect(worst, name).toBeLessThan(1e-12 * scale);
  }
}

describe.each(Object.entries(problems))("%s", (_, problem) => {
  // 13 examples in batches of 8 and 2: 8 + 2 + 2 + 1 and a filled place. Of 4 and 1: nothing to fill. Of 1.
  test.each([8, 4, 1])("batches of %i give what one batch of all examples gives", async (batch) => {
    const weights = weightsWithout();
    const several = setUp(problem(), batch);
    expectEqual(await results(several, weights), await results(setUp(problem()), weights));
    expect(several.examplesGivenTo("gradient")).toBe(batch === 8 ? 14 : 13);
  });

  test("the first part of a costate is the tangent, and the mean of losses is the same alone", async () => {
    const { contributions, tangent, losses } = await results(setUp(problem(), 8), weightsWithout());
    expectEqual({ contributions }, { contributions: tangent });
    expect(losses[1]).toBeCloseTo(losses[0], 13);
  });

  test("examples without weight change neither gradient nor product, in batches of any size", async () => {
    const weights = weightsWithout(0, 3, 4, 5, 11);
    const whole = await results(setUp(problem()), weights);
    expectEqual(await results(setUp(problem(), 4), weights), whole);
    // A sum over the weighted examples alone, each as a set of its own.
    const { gradient, product } = whole;
    const sum = { gradient: new Float64Array(gradient.length), product: new Float64Array(product.length) };
    for (const [n, weight] of weights.entries()) {
      const alone = new Float64Array(N);
      alone[n] = weight;
      const part = weight === 0 ? undefined : await results(setUp(problem(), 1), alone);
      for (let i = 0; i < gradient.length; i++) {
        sum.gradient[i] += part?.gradient[i] ?? 0;
        sum.product[i] += part?.product[i] ?? 0;
      }
    }
    expectEqual(sum, { gradient, product });
  });
});

describe("a costly model is not run on examples without weight", () => {
  test("they are not counted", async () => {
    const weights = weightsWithout(0, 3, 4, 5, 11);
    const { passes, theta, P, examplesGivenTo } = setUp(costly(), 1);
    await passes.gradient(theta, weights, new Float64Array(P));
    expect(examplesGivenTo("gradient")).toBe(8);
    await passes.costate(theta, randomDirection(P), weights, new Float64Array(N), new Float64Array(P));
    expect(examplesGivenTo("costate")).toBe(8);
    // Their contributions are wanted all the same, without the backward half.
    expect(examplesGivenTo("tangent")).toBe(5);
  });

  test("they are not looked at", async () => {
    const problem = costly();
    const { data, rowShape } = problem.train.fields.tokens;
    const poisoned = (data as BigInt64Array).slice();
    // No token of the vocabulary: ONNX Runtime refuses to look it up.
    poisoned.fill(10_000n, 3 * rowShape[0], 4 * rowShape[0]);
    const examples = { count: N, fields: { tokens: { data: poisoned, rowShape } } };
    const { passes, theta, P } = setUp(problem, 8, examples);
    const gradient = new Float64Array(P);
    await passes.gradient(theta, weightsWithout(3), gradient);
    const healthy = setUp(costly());
    const expected = new Float64Array(P);
    await healthy.passes.gradient(healthy.theta, weightsWithout(3), expected);
    expectEqual({ gradient }, { gradient: expected });
  });

  test.each([0, 6, 12])("all weight may lie on one example, here %i", async (only) => {
    const weights = new Float64Array(N);
    weights[only] = 1;
    const counted = setUp(costly(), 8);
    const { gradient, product, contributions, tangent } = await results(counted, weights);
    // The smallest program takes two.
    expect(counted.examplesGivenTo("gradient")).toBe(2);
    expectEqual({ contributions }, { contributions: tangent });
    // The directional derivative of that example's loss, both ways.
    const direction = randomDirection(gradient.length);
    const slope = gradient.reduce((total, value, i) => total + value * direction[i], 0);
    expect(contributions[only]).toBeCloseTo(slope, 11);
    expect(Math.max(...product.map(Math.abs))).toBeGreaterThan(0);
  });

  test("without any weight the gradient is zero, and nothing is run", async () => {
    const { passes, theta, P, examplesGivenTo } = setUp(costly());
    const gradient = new Float64Array(P).fill(7);
    await passes.gradient(theta, new Float64Array(N), gradient);
    expect(gradient).toEqual(new Float64Array(P));
    expect(examplesGivenTo("gradient")).toBe(0);
  });
});

describe.each(Object.entries(problems))("the gradient over chosen rows of a %s", (_, problem) => {
  const rows = Int32Array.of(4, 9, 0, 4, 12, 7, 3, 9, 1, 11);
  const weights = Float64Array.of(0.3, 0.1, 0, 0.2, 0.7, 0, 0.05, 0.4, 0.6, 0.15);
  const gradientOf = async (most: number) => {
    const { model, train, theta } = problem();
    const engine = new Engine({ model }, { dtype: "float64", threads: 1 });
    released.push(engine);
    const gradient = new Float64Array(theta.length).fill(7);
    await new Passes(engine, train, most).rowsGradient(Float64Array.from(theta), rows, weights, gradient);
    return { gradient };
  };

  test("is that under weights over all examples, a row that is there twice having both of its weights", async () => {
    const { passes, theta, P } = setUp(problem());
    const overAll = new Float64Array(N);
    for (const [i, n] of rows.entries()) overAll[n] += weights[i];
    const expected = new Float64Array(P);
    await passes.gradient(theta, overAll, expected);
    expectEqual(await gradientOf(rows.length), { gradient: expected });
  });

  // 8 rows with weight in parts of 8, of 4, of 3 and 1, and of 1.
  test.each([8, 4, 3, 1])("is the same in parts of %i: accumulation changes nothing but rounding", async (most) => {
    expectEqual(await gradientOf(most), await gradientOf(rows.length));
  });
});

describe.each(Object.entries(problems))("weights of a %s may be negative", (_, problem) => {
  test("and count so in gradient and Hessian-vector product", async () => {
    const weights = weightsWithout(0, 4);
    const signed = weights.map((weight, n) => (n % 3 === 0 ? -weight : weight));
    const parts = [(n: number) => n % 3 !== 0, (n: number) => n % 3 === 0];
    const [plus, minus] = await Promise.all(
      parts.map((part) =>
        results(
          setUp(problem()),
          weights.map((weight, n) => (part(n) ? weight : 0)),
        ),
      ),
    );
    const { gradient, product } = await results(setUp(problem(), 4), signed);
    expectEqual(
      { gradient, product },
      {
        gradient: plus.gradient.map((value, i) => value - minus.gradient[i]),
        product: plus.product.map((value, i) => value - minus.product[i]),
      },
    );
  });
});

describe("weights of single predictions", () => {
  const rows = Int32Array.of(4, 9, 0, 4, 12, 7, 3);

  test.each(Object.entries(problems))(
    "that are an example's, shared out, give a %s its gradient",
    async (name, problem) => {
      const { passes, theta, P } = setUp(problem(), 4);
      const { data, rowShape } = problem().train.fields.tokens ?? { data: undefined, rowShape: [2] };
      const S = rowShape[0] - 1;
      const counts = (n: number, s: number) => data === undefined || data[n * (S + 1) + s + 1] > 0n;
      const weights = Float64Array.from(rows, (_, i) => (i % 2 === 0 ? -0.3 : 0.2 + i / 10));
      const tokenWeights = new Float64Array(rows.length * S);
      for (const [i, n] of rows.entries()) {
        const counted = Array.from({ length: S }, (_, s) => counts(n, s));
        const total = counted.filter(Boolean).length;
        for (const [s, yes] of counted.entries()) tokenWeights[i * S + s] = yes ? weights[i] / total : 0;
      }
      const [byToken, byExample] = [new Float64Array(P), new Float64Array(P)];
      await passes.tokenGradient(theta, rows, tokenWeights, byToken);
      await passes.rowsGradient(theta, rows, weights, byExample);
      expectEqual({ [name]: byToken }, { [name]: byExample });
    },
  );

  test("may lie on one token alone: the derivative of its surprisal", async () => {
    const { passes, theta, P } = setUp(costly());
    const rows = Int32Array.of(2);
    const [S, place] = [5, 3];
    const gradient = new Float64Array(P);
    await passes.tokenGradient(theta, rows, new Float64Array(S).fill(0, 0).with(place, -2), gradient);
    const direction = randomDirection(P);
    const slope = gradient.reduce((total, value, i) => total + value * direction[i], 0);
    const surprisals = async (h: number) => {
      const moved = theta.map((value, i) => value + h * direction[i]);
      const all = new Float64Array(1);
      await passes.perRow(tokenSurprisal(place), "value", moved, rows, all);
      return all[0];
    };
    const h = 1e-5;
    expect((-2 * ((await surprisals(h)) - (await surprisals(-h)))) / (2 * h) / slope).toBeCloseTo(1, 6);
  });
});

/** A measurement declared where it is made: the loss of the prediction at one place of every example. */
function tokenSurprisal(place: number): Pass {
  return {
    name: `surprisal at ${place}`,
    results: ({ tokenLosses }) => {
      const [B] = tokenLosses.shape;
      return { value: reshape(slice(tokenLosses, { axis: 1, start: place, end: place + 1 }), [B]) };
    },
  };
}

test("the gradient of no rows is zero", async () => {
  for (const problem of Object.values(problems)) {
    const { passes, theta, P } = setUp(problem(), 1);
    const gradient = new Float64Array(P).fill(7);
    await passes.rowsGradient(theta, new Int32Array(0), new Float64Array(0), gradient);
    expect(gradient).toEqual(new Float64Array(P));
  }
});

test("a cheap model is run on all examples: gathering rows would cost more than it saves", async () => {
  const { passes, theta, P, examplesGivenTo } = setUp(tinyPerceptron({ train: N }));
  await passes.gradient(theta, weightsWithout(0, 1, 2), new Float64Array(P));
  expect(examplesGivenTo("gradient")).toBe(13);
});
