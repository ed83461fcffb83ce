import { describe, expect, test } from "vitest";
import { grad } from "../graph/autodiff.js";
import { input } from "../graph/constants.js";
import { sum } from "../graph/reductions.js";
import { compiled } from "../testing/evaluate.js";
import { lossesOf } from "../testing/losses-of.js";
import { perceptron } from "./perceptron.js";

/** The losses of examples whose score is their only input (the weight is 1), and their slopes in the score. */
async function atScores(scores: readonly number[], label: number, dtype: "float32" | "float64") {
  const array = dtype === "float32" ? Float32Array : Float64Array;
  const model = perceptron({ dimension: 1 });
  const weight = input("weight", [1, 1], dtype);
  const [x, y] = [input("x", [1, 1], dtype), input("y", [1], dtype)];
  const loss = sum(lossesOf(model, { weight }, { x, y }, dtype));
  const run = await compiled({ loss, gradient: grad(loss, [weight])[0] });
  const results: { loss: number; slope: number }[] = [];
  for (const score of scores) {
    const { loss, gradient } = await run({ weight: array.of(1), x: array.of(score), y: array.of(label) });
    results.push({ loss: Number(loss[0]), slope: Number(gradient[0]) / score });
  }
  return results;
}

test("losses by hand: ln(1 + e^s) - y s", async () => {
  const weight = input("weight", [2, 1], "float64");
  const [x, y] = [input("x", [3, 2], "float64"), input("y", [3], "float64")];
  const losses = lossesOf(perceptron({ dimension: 2 }), { weight }, { x, y }, "float64");
  expect(losses.shape).toEqual([3]);
  const run = await compiled({ losses });
  const results = await run({
    weight: Float64Array.of(0.5, -1),
    x: Float64Array.of(1, 2, 1, 2, 4, 2), // scores -1.5, -1.5, 0
    y: Float64Array.of(1, 0, 1),
  });
  const expected = [1.7014132779827524, 0.2014132779827524, Math.LN2];
  expected.forEach((loss, n) => {
    expect(results.losses[n]).toBeCloseTo(loss, 14);
  });
});

test("logits are w . x, whatever the label", async () => {
  const weight = input("weight", [2, 1], "float64");
  const fields = { x: input("x", [3, 2], "float64"), y: input("y", [3], "float64") };
  const { logits } = perceptron({ dimension: 2 }).predict({ weight }, fields, "float64");
  expect(logits.shape).toEqual([3, 1]);
  const run = await compiled({ logits });
  const results = await run({ weight: Float64Array.of(0.5, -1), x: Float64Array.of(1, 2, 3, 4, 4, 2) });
  expect([...results.logits]).toEqual([-1.5, -2.5, 0]);
});

describe.each([
  { dtype: "float64", precision: 1e-14, large: 800 },
  { dtype: "float32", precision: 1e-6, large: 80 },
] as const)("at large scores in $dtype", ({ dtype, precision, large }) => {
  const close = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected), `${actual}, expected ${expected}`).toBeLessThanOrEqual(precision * expected);

  test("a wrong example costs its score, with slope 1", async () => {
    const [negative] = await atScores([large], 0, dtype);
    const [positive] = await atScores([-large], 1, dtype);
    for (const loss of [negative.loss, positive.loss]) close(loss, large);
    for (const slope of [negative.slope, -positive.slope]) close(slope, 1);
  });

  test("a well learned example keeps the digits of its small loss and gradient", async () => {
    const scores = [10, 16, 20, 30, 60];
    const expected = scores.map((score) => ({ loss: Math.log1p(Math.exp(-score)), slope: 1 / (1 + Math.exp(score)) }));
    const positive = await atScores(scores, 1, dtype);
    const negative = await atScores(
      scores.map((score) => -score),
      0,
      dtype,
    );
    scores.forEach((_, i) => {
      close(positive[i].loss, expected[i].loss);
      close(negative[i].loss, expected[i].loss);
      close(-positive[i].slope, expected[i].slope);
      close(negative[i].slope, expected[i].slope);
    });
  });
});
