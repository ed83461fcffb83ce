import { describe, expect, test } from "vitest";
import { checkDerivatives } from "../testing/check-derivatives.js";
import { compiled, valuesOf } from "../testing/evaluate.js";
import { constant, input, literal } from "./constants.js";
import { mul } from "./elementwise.js";
import { asScatterIntoZeros, gather, putAlongAxis, scatterAdd, takeAlongAxis } from "./indexing.js";
import type { Shape } from "./node.js";

const integers = (values: readonly number[], shape: Shape = [values.length]) => literal(values, shape, "int64");

describe("derivatives", () => {
  test.each([
    { indices: integers([2, 0, 2, 2]), table: [3, 2] },
    { indices: integers([1, 1, 0, 3, 1, 0], [2, 3]), table: [4, 2] },
    { indices: integers([1, 1, 0]), table: [3] },
    { indices: integers([1], []), table: [3, 2] },
    { indices: integers([0, 1, 0]), table: [2, 2, 2] },
  ])("gather and scatterAdd, table $table, repeated indices", async ({ indices, table }) => {
    const updates = [...indices.shape, ...table.slice(1)];
    await checkDerivatives((x) => mul(gather(x, indices), gather(mul(x, x), indices)), [{ shape: table }]);
    await checkDerivatives((base, u) => scatterAdd(base, indices, u), [{ shape: table }, { shape: updates }]);
    await checkDerivatives(
      (base, u) => mul(scatterAdd(mul(base, base), indices, u), scatterAdd(base, indices, mul(u, u))),
      [{ shape: table }, { shape: updates }],
    );
    const zeros = constant(0, "float64", table);
    await checkDerivatives((u) => scatterAdd(zeros, indices, mul(u, u)), [{ shape: updates }]);
    const fixed = constant(2, "float64", updates);
    await checkDerivatives((base) => scatterAdd(mul(base, base), indices, fixed), [{ shape: table }]);
  });

  test.each([
    { indices: integers([2, 0, 2, 2]), x: [3] },
    { indices: integers([1, 1, 0, 2, 1, 2], [2, 3]), x: [2, 4] },
    { indices: integers([1, 0], [2, 1]), x: [2, 3] },
    { indices: integers([1, 1, 0, 0, 1, 0, 1, 1], [2, 2, 2]), x: [2, 2, 3] },
  ])("takeAlongAxis and putAlongAxis of $x, repeated indices", async ({ indices, x: shape }) => {
    await checkDerivatives((x) => takeAlongAxis(mul(x, x), indices), [{ shape }]);
    await checkDerivatives((u) => putAlongAxis(indices, mul(u, u), shape), [{ shape: indices.shape }]);
  });
});

test("values", async () => {
  const table = literal([1, 2, 3, 4, 5, 6], [3, 2], "float64");
  expect(await valuesOf(gather(table, integers([2, 0, 2])))).toEqual([5, 6, 1, 2, 5, 6]);
  expect(gather(table, integers([0, 1, 2, 0], [2, 2])).shape).toEqual([2, 2, 2]);
  const rows = literal([10, 20, 100, 200, 1000, 2000], [3, 2], "float64");
  expect(await valuesOf(scatterAdd(table, integers([1, 1, 0]), rows))).toEqual([1001, 2002, 113, 224, 5, 6]);
  const x = literal([1, 2, 3, 4, 5, 6], [2, 3], "float64");
  expect(await valuesOf(takeAlongAxis(x, integers([2, 2, 0, 1], [2, 2])))).toEqual([3, 3, 4, 5]);
  const updates = literal([1, 10, 100, 1000], [2, 2], "float64");
  expect(await valuesOf(putAlongAxis(integers([2, 2, 0, 1], [2, 2]), updates, [2, 3]))).toEqual([
    0, 0, 11, 100, 1000, 0,
  ]);
});

test("indices may be given when the program runs", async () => {
  const run = await compiled({ y: gather(input("table", [3, 1], "float64"), input("indices", [4], "int64")) });
  const { y } = await run({ table: Float64Array.of(7, 8, 9), indices: BigInt64Array.of(2n, 2n, 0n, 1n) });
  expect([...y]).toEqual([9, 9, 7, 8]);
});

test("scattering into zeros is recognised, into anything else is not", () => {
  const updates = input("updates", [2, 3]);
  const indices = integers([0, 0]);
  expect(asScatterIntoZeros(scatterAdd(constant(0, "float32", [4, 3]), indices, updates))).toEqual({
    indices,
    updates,
  });
  expect(asScatterIntoZeros(scatterAdd(constant(1, "float32", [4, 3]), indices, updates))).toBeUndefined();
  expect(asScatterIntoZeros(scatterAdd(input("base", [4, 3]), indices, updates))).toBeUndefined();
  expect(asScatterIntoZeros(updates)).toBeUndefined();
});
