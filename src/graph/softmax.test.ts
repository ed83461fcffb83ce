import { describe, test } from "vitest";
import { checkDerivatives, expectClose } from "../testing/check-derivatives.js";
import { compiled, valuesOf } from "../testing/evaluate.js";
import { grad, jvp } from "./autodiff.js";
import { input, literal } from "./constants.js";
import { sum } from "./reductions.js";
import { logSoftmax, logSumExp, softmax } from "./softmax.js";

const operators = Object.entries({ softmax, logSoftmax, logSumExp });

test.each(operators)("derivatives of %s", async (_, f) => {
  for (const shape of [[4], [1], [3, 5], [2, 2, 3]]) await checkDerivatives(f, [{ shape }]);
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
