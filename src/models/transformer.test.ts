import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { grad } from "../graph/autodiff.js";
import { input } from "../graph/constants.js";
import { type Node, size } from "../graph/node.js";
import { sum } from "../graph/reductions.js";
import { compiled } from "../testing/evaluate.js";
import { lossesOf } from "../testing/losses-of.js";
import { initialParameters, type Model } from "./model.js";
import { type TransformerShape, transformer } from "./transformer.js";

type Weights = Record<string, Float64Array>;

const shape: TransformerShape = { vocabulary: 11, length: 6, layers: 2, width: 8, heads: 2, feedForward: 12 };

/** Parameters by name: the initial ones, with gains and biases moved away from 1 and 0. */
function weights(model: Model, seed = 1): Weights {
  const random = createRandom(seed, "transformer test");
  const theta = initialParameters(model, random);
  let offset = 0;
  const entries = model.parameters.map(({ name, shape, initial }) => {
    const values = Float64Array.from(theta.subarray(offset, offset + size(shape)));
    offset += values.length;
    return [name, "fill" in initial ? values.map((value) => value + 0.3 * random.normal()) : values] as const;
  });
  return Object.fromEntries(entries);
}

// The reference: one example at a time, in plain arrays, written from DESIGN section 5. A prediction sees the tokens
// up to its own and no others exist for it, so that there is no mask to get wrong.

type Vector = number[];
const times = (x: Vector, matrix: Float64Array, columns: number): Vector =>
  Array.from({ length: columns }, (_, j) => x.reduce((total, value, i) => total + value * matrix[i * columns + j], 0));
const plus = (a: Vector, b: Vector): Vector => a.map((value, i) => value + b[i]);
const inner = (a: Vector, b: Vector): number => a.reduce((total, value, i) => total + value * b[i], 0);
const row = (table: Float64Array, i: number, width: number): Vector => [...table.subarray(i * width, (i + 1) * width)];

function normalised(x: Vector, theta: Weights, name: string): Vector {
  const rms = Math.sqrt(inner(x, x) / x.length + 1e-5);
  return x.map((value, i) => (value / rms) * theta[`${name}.gain`][i] + theta[`${name}.bias`][i]);
}

/** Of the token after the context. */
function referenceLogits(theta: Weights, context: number[]): number[] {
  const { vocabulary, layers, width: D, heads, feedForward } = shape;
  let stream = context.map((token, s) => plus(row(theta.embedding, token, D), row(theta.positions, s, D)));
  for (let layer = 0; layer < layers; layer++) {
    const name = `blocks.${layer}`;
    const before = stream.map((h) => normalised(h, theta, `${name}.attention.norm`));
    const project = (what: string) => before.map((x) => times(x, theta[`${name}.attention.${what}`], D));
    const [queries, keys, values] = ["query", "key", "value"].map(project);
    stream = stream.map((h, s) => {
      const mixed: Vector = [];
      for (let head = 0; head < heads; head++) {
        const part = (x: Vector) => x.slice((head * D) / heads, ((head + 1) * D) / heads);
        const seen = keys.slice(0, s + 1);
        const scores = seen.map((key) => Math.exp(inner(part(queries[s]), part(key)) / Math.sqrt(D)));
        const total = scores.reduce((sum, score) => sum + score, 0);
        const average = part(values[s]).map((_, i) =>
          scores.reduce((sum, score, at) => sum + (score / total) * part(values[at])[i], 0),
        );
        mixed.push(...average);
      }
      return plus(h, times(mixed, theta[`${name}.attention.output`], D));
    });
    stream = stream.map((h) => {
      const x = normalised(h, theta, `${name}.feedforward.norm`);
      const hidden = times(x, theta[`${name}.feedforward.in`], feedForward).map((value) => Math.max(value, 0));
      return plus(h, times(hidden, theta[`${name}.feedforward.out`], D));
    });
  }
  const last = normalised(stream[context.length - 1], theta, "norm");
  return Array.from({ length: vocabulary }, (_, token) => inner(last, row(theta.head, token, D)));
}

/** -ln p(next | context) */
function nats(theta: Weights, context: number[], next: number): number {
  const logits = referenceLogits(theta, context);
  return Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0)) - logits[next];
}

function referenceLoss(theta: Weights, tokens: number[]): number {
  const losses = tokens.slice(1).flatMap((next, s) => (next === 0 ? [] : [nats(theta, tokens.slice(0, s + 1), next)]));
  return losses.reduce((total, loss) => total + loss, 0) / losses.length;
}

// The model.

const examples = [
  [1, 2, 3, 4, 5, 6, 7],
  [10, 10, 1, 10, 3, 0, 0],
  [4, 9, 0, 0, 0, 0, 0],
  [8, 3, 8, 3, 8, 3, 8],
];

function graph(model: Model, batch: number, length: number, dtype: "float32" | "float64") {
  const parameters = model.parameters.map(({ name, shape }) => [name, input(name, shape, dtype)] as const);
  const theta: Record<string, Node> = Object.fromEntries(parameters);
  return { theta, losses: lossesOf(model, theta, { tokens: input("tokens", [batch, length + 1], "int64") }, dtype) };
}

async function losses(theta: Weights, tokens: number[][], { length } = shape): Promise<number[]> {
  const run = await compiled({
    losses: graph(transformer({ ...shape, length }), tokens.length, length, "float64").losses,
  });
  const results = await run({ ...theta, tokens: BigInt64Array.from(tokens.flat(), BigInt) });
  return Array.from(results.losses, Number);
}

const theta = weights(transformer(shape));

test("losses are those of a forward pass in plain arrays", async () => {
  const expected = examples.map((tokens) => referenceLoss(theta, tokens));
  (await losses(theta, examples)).forEach((loss, n) => {
    expect(loss).toBeCloseTo(expected[n], 12);
  });
});

test("logits are those of a forward pass in plain arrays, for every token after the first", async () => {
  const model = transformer(shape);
  const tokens = input("tokens", [examples.length, shape.length + 1], "int64");
  const { logits } = model.predict(graph(model, 1, shape.length, "float64").theta, { tokens }, "float64");
  expect(logits.shape).toEqual([examples.length, shape.length, shape.vocabulary]);
  const run = await compiled({ logits });
  const results = await run({ ...theta, tokens: BigInt64Array.from(examples.flat(), BigInt) });
  const expected = examples.flatMap((ids) =>
    ids.slice(1).flatMap((_, s) => referenceLogits(theta, ids.slice(0, s + 1))),
  );
  expect(results.logits.length).toBe(expected.length);
  expected.forEach((logit, i) => {
    expect(results.logits[i]).toBeCloseTo(logit, 12);
  });
});

test("a hidden state can be asked for by name: the last one is what the head makes the logits from", async () => {
  const model = transformer(shape);
  const { theta: nodes } = graph(model, 1, shape.length, "float64");
  const tokens = input("tokens", [examples.length, shape.length + 1], "int64");
  const { hidden, logits } = model.predict(nodes, { tokens }, "float64");
  expect(Object.keys(hidden)).toEqual(["embedding", "blocks.0", "blocks.1", "norm"]);
  for (const state of Object.values(hidden)) expect(state.shape).toEqual([examples.length, shape.length, shape.width]);
  const run = await compiled({ last: hidden.norm, first: hidden.embedding, logits });
  const results = await run({ ...theta, tokens: BigInt64Array.from(examples.flat(), BigInt) });
  const D = shape.width;
  for (const [i, place] of [0, 5, 13].entries()) {
    const state = Array.from(results.last.subarray(place * D, (place + 1) * D), Number);
    expect(inner(state, row(theta.head, i, D))).toBeCloseTo(Number(results.logits[place * shape.vocabulary + i]), 12);
  }
  const [token] = examples[0];
  const expected = plus(row(theta.embedding, token, D), row(theta.positions, 0, D));
  expect(Array.from(results.first.subarray(0, D), Number)).toEqual(expected);
});

test("float32 gives the same losses to its precision", async () => {
  const run = await compiled({ losses: graph(transformer(shape), examples.length, shape.length, "float32").losses });
  const single = Object.fromEntries(Object.entries(theta).map(([name, values]) => [name, Float32Array.from(values)]));
  const results = await run({ ...single, tokens: BigInt64Array.from(examples.flat(), BigInt) });
  examples.forEach((tokens, n) => {
    expect(results.losses[n]).toBeCloseTo(referenceLoss(theta, tokens), 5);
  });
});

test("examples of a batch do not influence one another", async () => {
  const together = await losses(theta, examples);
  for (const [n, tokens] of examples.entries()) {
    const [alone] = await losses(theta, [tokens]);
    expect(alone).toBeCloseTo(together[n], 13);
  }
});

describe("padding", () => {
  test("a padded example is worth what it is in a model without room for padding", async () => {
    const [padded] = await losses(theta, [[10, 10, 1, 10, 3, 0, 0]]);
    const short = { ...theta, positions: theta.positions.slice(0, 4 * shape.width) };
    const [exact] = await losses(short, [[10, 10, 1, 10, 3]], { ...shape, length: 4 });
    expect(padded).toBeCloseTo(exact, 13);
  });

  test("the loss is the mean over the targets that are no padding", async () => {
    const whole = examples[0];
    const prefixes = whole.slice(1).map((_, s) => whole.map((token, i) => (i <= s + 1 ? token : 0)));
    const means = await losses(theta, prefixes);
    means.forEach((mean, s) => {
      const before = s === 0 ? 0 : means[s - 1] * s;
      expect(mean * (s + 1) - before).toBeCloseTo(nats(theta, whole.slice(0, s + 1), whole[s + 1]), 11);
    });
  });

  test("nothing at or after the padding has any influence: its positions get no gradient", async () => {
    const { theta: nodes, losses: node } = graph(transformer(shape), 1, shape.length, "float64");
    const run = await compiled({ gradient: grad(sum(node), [nodes.positions])[0] });
    for (let used = 2; used <= shape.length + 1; used++) {
      const tokens = examples[0].map((token, i) => (i < used ? token : 0));
      const { gradient } = await run({ ...theta, tokens: BigInt64Array.from(tokens, BigInt) });
      const largest = Array.from({ length: shape.length }, (_, s) =>
        Math.max(...row(gradient as Float64Array, s, shape.width).map(Math.abs)),
      );
      // The last token is a target only. A prediction is made from every position before it, and from no later one.
      expect(largest.map((value) => value > 0)).toEqual(largest.map((_, s) => s < used - 1));
    }
  });
});
