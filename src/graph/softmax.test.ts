import { describe, test } from "vitest";
import { checkDerivatives, expectClose } from "../testing/check-derivatives.js";
import { compiled, valuesOf } from "../testing/evaluate.js";
import { grad, jvp } from "./autodiff.js";
import { input, literal } from "./constants.js";
import { takeAlongAxis } from "./indexing.js";
import type { Node } from "./node.js";
import { sum } from "./reductions.js";
import { reshape } from "./shaping.js";
import { logSoftmax, logSumExp, softmax, surprisal } from "./softmax.js";

const operators = Object.entries({ softmax, logSoftmax, logSumExp });

test.each(operators)("derivatives of %s", async (_, f) => {
  for (const shape of [[4], [1], [3, 5], [2, 2, 3]]) await checkDerivatives(f, [{ shape }]);
});

const targets = literal([2, 0, 4], [3, 1], "int64");
const targetsOf = (x: Node) => reshape(takeAlongAxis(x, targets), [3]);

test("derivatives of surprisal", async () => {
  await checkDerivatives((x) => surprisal(x, targets, targetsOf(x)), [{ shape: [3, 5] }]);
  // The target's logits as they come from elsewhere.
  const x = input("x", [3, 5], "float64");
  const right = input("right", [3], "float64");
  const run = await compiled({ gradient: grad(sum(surprisal(x, targets, right)), [right])[0] });
  const { gradient } = await run({ x: new Float64Array(15), right: new Float64Array(3) });
  expectClose(gradient as Float64Array, [-1, -1, -1], 0, "gradient");
});

test.each(["float32", "float64"] as const)("surprisal in %s, alone and beside its gradient", async (dtype) => {
  const rows = [
    [1000, 999, -1000, 1000, 3],
    [0.5, -1, 2, 0, 1],
    [-1e9, 30, -40, 12, -1e9],
  ];
  const x = input("x", [3, 5], dtype);
  const nats = surprisal(x, targets, targetsOf(x));
  const expected = rows.map((row, n) => reference(row).logSumExp[0] - row[[2, 0, 4][n]]);
  const values = { x: (dtype === "float32" ? Float32Array : Float64Array).from(rows.flat()) };
  const alone = await (await compiled({ nats }))(values);
  const beside = await (await compiled({ nats, gradient: grad(sum(nats), [x])[0] }))(values);
  const tolerance = dtype === "float64" ? 1e-14 : 1e-6;
  for (const { nats } of [alone, beside])
    for (let n = 0; n < 3; n++)
      expectClose([nats[n] as number], [expected[n]], tolerance * Math.max(1, expected[n]), `row ${n}`);
});

function reference(x: readonly number[]) {
  const largest = Math.max(...x);
  const exponentials = x.map((value) => Math.exp(value - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return {
    softmax: exponentials.map((value) => value / total),
    logSoftmax: x.map((value) => value - largest - Math.log(total)),
    logSumExp: [largest + Math.log(total)],
  };
}

describe.each(["float32", "float64"] as const)("%s", (dtype) => {
  test.each([[[0.5, -1, 2, 0]], [[1000, 999, -1000, 1000]], [[-1000, -1001, -1002, -1e4]], [[3, 3, 3, 3]]])(
    "values for %j, without overflow",
    async (row) => {
      const x = literal(row, [4], dtype);
      const expected = reference(row);
      const tolerance = dtype === "float64" ? 1e-14 : 1e-6;
      expectClose(await valuesOf(softmax(x)), expected.softmax, tolerance, "softmax");
      expectClose(await valuesOf(logSoftmax(x)), expected.logSoftmax, tolerance, "logSoftmax");
      expectClose(await valuesOf(logSumExp(x)), expected.logSumExp, tolerance, "logSumExp");
    },
  );

  test("first and second derivatives are finite at large logits", async () => {
    const numbers = dtype === "float32" ? Float32Array : Float64Array;
    const x = input("x", [2, 3], dtype);
    const v = input("v", [2, 3], dtype);
    const [gradient] = grad(sum(logSumExp(x)), [x]);
    const run = await compiled({ gradient, product: jvp([gradient], [x], [v])[0] });
    const results = await run({ x: numbers.of(1000, -1000, 1000, 0, 1000, -1000), v: numbers.of(1, 2, 3, 4, 5, 6) });
    expectClose(results.gradient as Float64Array, [0.5, 0, 0.5, 0, 1, 0], 1e-6, "gradient");
    expectClose(results.product as Float64Array, [-0.5, 0, 0.5, 0, 0, 0], 1e-6, "product");
  });
});
