import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { size } from "../graph/node.js";
import { initialParameters, type Model, parameterCount } from "./model.js";
import { perceptron } from "./perceptron.js";
import { transformer } from "./transformer.js";

const reference = transformer({ vocabulary: 5000, length: 64, layers: 2, width: 128, heads: 8, feedForward: 512 });
const seeded = (model: Model, seed: number) => initialParameters(model, createRandom(seed, "theta"));

/** The part of theta that holds one parameter. */
function part(model: Model, theta: Float32Array, name: string): Float32Array {
  let offset = 0;
  for (const parameter of model.parameters) {
    const length = size(parameter.shape);
    if (parameter.name === name) return theta.subarray(offset, offset + length);
    offset += length;
  }
  throw new Error(`no parameter ${name}`);
}

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

describe("the layout of theta", () => {
  test("the reference transformer has 1.7 million parameters", () => {
    expect(parameterCount(reference)).toBe(1_682_688);
    // The matrices of two blocks and the head; embeddings and positions are looked up.
    expect(reference.matrixParameters).toBe(2 * (4 * 128 * 128 + 2 * 128 * 512) + 5000 * 128);
    expect(reference.outcomes).toBe(5000);
    expect(reference.fields).toEqual({ tokens: { shape: [65], kind: "int64" } });
  });

  test("a transformer's parameters, in their order", () => {
    const model = transformer({ vocabulary: 7, length: 3, layers: 1, width: 4, heads: 2, feedForward: 5 });
    expect(model.parameters.map(({ name, shape }) => `${name} ${shape.join("x")}`)).toEqual([
      "embedding 7x4",
      "positions 3x4",
      "blocks.0.attention.norm.gain 4",
      "blocks.0.attention.norm.bias 4",
      "blocks.0.attention.query 4x4",
      "blocks.0.attention.key 4x4",
      "blocks.0.attention.value 4x4",
      "blocks.0.attention.output 4x4",
      "blocks.0.feedforward.norm.gain 4",
      "blocks.0.feedforward.norm.bias 4",
      "blocks.0.feedforward.in 4x5",
      "blocks.0.feedforward.out 5x4",
      "norm.gain 4",
      "norm.bias 4",
      "head 7x4",
    ]);
  });

  test("the perceptron is one weight for each input", () => {
    const model = perceptron({ dimension: 128 });
    expect(parameterCount(model)).toBe(128);
    expect([model.outcomes, model.matrixParameters]).toEqual([2, 128]);
  });
});

describe("theta[0]", () => {
  const theta = seeded(reference, 1);

  test("embeddings and positions are from N(0, 1)", () => {
    for (const name of ["embedding", "positions"]) {
      const values = part(reference, theta, name);
      const { mean, deviation } = moments(values);
      // Five standard errors of either.
      expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(values.length));
      expect(Math.abs(deviation - 1)).toBeLessThan(5 / Math.sqrt(2 * values.length));
    }
    const beyondTwo = part(reference, theta, "embedding").filter((value) => Math.abs(value) > 2);
    expect(beyondTwo.length / 640_000).toBeCloseTo(0.0455, 2);
  });

  test.each([
    ["blocks.0.attention.query", 128],
    ["blocks.1.attention.output", 128],
    ["blocks.0.feedforward.in", 128],
    ["blocks.1.feedforward.out", 512],
    ["head", 128],
  ])("%s is uniform within 1 / sqrt(%i)", (name, fanIn) => {
    const values = part(reference, theta, name);
    const bound = 1 / Math.sqrt(fanIn);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(Math.fround(bound));
    expect(largest).toBeGreaterThan(0.99 * bound);
    const { mean, deviation } = moments(values);
    expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * values.length));
    expect(deviation / bound).toBeCloseTo(1 / Math.sqrt(3), 2);
  });

  test("gains are 1 and biases 0", () => {
    const ofKind = (suffix: string) =>
      reference.parameters.filter(({ name }) => name.endsWith(suffix)).map(({ name }) => part(reference, theta, name));
    expect(ofKind(".gain").length).toBe(5);
    expect(ofKind(".bias").length).toBe(5);
    expect(ofKind(".gain").every((values) => values.every((value) => value === 1))).toBe(true);
    expect(ofKind(".bias").every((values) => values.every((value) => value === 0))).toBe(true);
  });

  test("the same seed gives the same numbers, another seed others", () => {
    const model = perceptron({ dimension: 50 });
    expect(seeded(model, 3)).toEqual(seeded(model, 3));
    expect(seeded(model, 3)).not.toEqual(seeded(model, 4));
  });
});
