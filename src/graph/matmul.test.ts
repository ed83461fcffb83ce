import { describe, expect, test } from "vitest";
import { checkDerivatives } from "../testing/check-derivatives.js";
import { compiled, valuesOf } from "../testing/evaluate.js";
import { input, literal } from "./constants.js";
import { add, mul } from "./elementwise.js";
import { asMatrixProduct, gemm, matmul, matrixFlops } from "./matmul.js";
import type { Node, Shape } from "./node.js";
import { transpose } from "./shaping.js";

const transposes = [false, true].flatMap((a) => [false, true].map((b) => ({ a, b })));

/** Shapes of the factors of a [2, 3] by [3, 4] product that is to be taken of transposes. */
function factors(batch: Shape, { a, b }: { a: boolean; b: boolean }): [Shape, Shape] {
  return [
    [...batch, ...(a ? [3, 2] : [2, 3])],
    [...batch, ...(b ? [4, 3] : [3, 4])],
  ];
}

function transposed(x: Node, yes: boolean): Node {
  const rank = x.shape.length;
  return yes ? transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]) : x;
}

describe.each(transposes)("transposes $a, $b", (flags) => {
  test.each([{ batch: [] }, { batch: [2] }, { batch: [2, 3] }])(
    "derivatives of matmul, batch $batch",
    async ({ batch }) => {
      const [a, b] = factors(batch, flags);
      await checkDerivatives((x, y) => matmul(x, y, flags), [{ shape: a }, { shape: b }]);
    },
  );

  test("derivatives of gemm", async () => {
    const [a, b] = factors([], flags);
    await checkDerivatives((x, y, z) => gemm(x, y, z, flags), [{ shape: a }, { shape: b }, { shape: [2, 4] }]);
    // One node in several places, and where the product alone or the summand alone varies.
    await checkDerivatives((x) => gemm(x, x, mul(x, x), flags), [{ shape: [3, 3] }]);
    const fixed = literal([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3], "float64");
    await checkDerivatives((x) => gemm(x, fixed, fixed, flags), [{ shape: [3, 3] }]);
    await checkDerivatives((x) => gemm(fixed, fixed, x, flags), [{ shape: [3, 3] }]);
  });

  test.each(["float32", "float64"] as const)("values in %s are those of transposed factors", async (dtype) => {
    for (const batch of [[], [2], [2, 2]]) {
      const [a, b] = factors(batch, flags).map((shape) => {
        const count = shape.reduce((product, length) => product * length, 1);
        return literal(
          Array.from({ length: count }, (_, i) => ((i * 5) % 7) - 3),
          shape,
          dtype,
        );
      });
      const product = matmul(a, b, flags);
      expect(product.shape).toEqual([...batch, 2, 4]);
      expect(await valuesOf(product)).toEqual(await valuesOf(matmul(transposed(a, flags.a), transposed(b, flags.b))));
      if (batch.length > 0) continue;
      const c = literal([1, 2, 3, 4, 5, 6, 7, 8], [2, 4], dtype);
      expect(await valuesOf(gemm(a, b, c, flags))).toEqual(await valuesOf(add(product, c)));
    }
  });
});

test("a matrix product, by hand", async () => {
  const a = literal([1, 2, 3, 4], [2, 2], "float64");
  const b = literal([5, 6, 7, 8], [2, 2], "float64");
  expect(await valuesOf(matmul(a, b))).toEqual([19, 22, 43, 50]);
  expect(await valuesOf(matmul(a, b, { a: true, b: false }))).toEqual([26, 30, 38, 44]);
  expect(await valuesOf(matmul(a, b, { a: false, b: true }))).toEqual([17, 23, 39, 53]);
  expect(await valuesOf(matmul(a, b, { a: true, b: true }))).toEqual([23, 31, 34, 46]);
});

test("the operations of a product are counted", () => {
  const product = matmul(input("a", [5, 3, 2]), input("b", [5, 3, 4]), { a: true, b: false });
  expect(matrixFlops(product)).toBe(2 * 5 * 2 * 3 * 4);
  const matrix = matmul(input("a", [2, 3]), input("b", [3, 4]));
  expect(matrixFlops(gemm(input("a", [2, 3]), input("b", [3, 4]), matrix))).toBe(2 * 2 * 3 * 4);
  expect(matrixFlops(add(matrix, 1))).toBe(0);
  expect(asMatrixProduct(matrix)?.a).toBe(matrix.inputs[0]);
  expect(asMatrixProduct(product)).toBeUndefined();
});

test("batched products of float32 agree with those of float64", async () => {
  const numbers = Array.from({ length: 24 }, (_, i) => Math.sin(i));
  const product = (dtype: "float32" | "float64") => {
    const a = literal(numbers, [2, 3, 4], dtype);
    return compiled({ c: matmul(a, a, { a: true, b: false }) });
  };
  const [single, double] = [await (await product("float32"))(), await (await product("float64"))()];
  single.c.forEach((value, i) => {
    expect(value).toBeCloseTo(Number(double.c[i]), 6);
  });
});

describe.each(["float32", "float64"] as const)("tall products of a transposed factor in %s", (dtype) => {
  const numbers = (shape: Shape) => {
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    return literal(
      Array.from({ length }, (_, i) => ((i * 5) % 7) - 3),
      shape,
      dtype,
    );
  };

  test.each([false, true])("the second one transposed: %s", async (b) => {
    const factors = [numbers([5, 2100]), numbers(b ? [3, 5] : [5, 3])] as const;
    const product = matmul(...factors, { a: true, b });
    expect(product.shape).toEqual([2100, 3]);
    const expected = await valuesOf(matmul(transposed(factors[0], true), transposed(factors[1], b)));
    expect(await valuesOf(product)).toEqual(expected);
    const summand = numbers([2100, 3]);
    expect(await valuesOf(gemm(...factors, summand, { a: true, b }))).toEqual(await valuesOf(add(product, summand)));
  });
});
