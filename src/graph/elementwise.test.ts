import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkDerivatives } from "../testing/check-derivatives.js";
import { compiled, valuesOf } from "../testing/evaluate.js";
import { broadcastTo, unbroadcast } from "./broadcasting.js";
import { constant, input, literal } from "./constants.js";
import {
  add,
  cast,
  div,
  equal,
  exp,
  greater,
  log,
  mul,
  neg,
  relu,
  sigmoid,
  softplus,
  sqrt,
  sub,
  where,
} from "./elementwise.js";
import type { Node, Shape } from "./node.js";

/** Shapes of `count` operands that broadcast together: axes of one shape, left out at the front or of length 1. */
function broadcastable(count: number): fc.Arbitrary<Shape[]> {
  const dimension = fc.record({
    length: fc.integer({ min: 1, max: 3 }),
    one: fc.tuple(...Array.from({ length: count }, () => fc.boolean())),
  });
  return fc
    .record({
      dimensions: fc.array(dimension, { maxLength: 3 }),
      left: fc.tuple(...Array.from({ length: count }, () => fc.nat(3))),
    })
    .map(({ dimensions, left }) =>
      Array.from({ length: count }, (_, i) =>
        dimensions.map(({ length, one }) => (one[i] ? 1 : length)).slice(Math.min(left[i], dimensions.length)),
      ),
    );
}

const few = { numRuns: 12, seed: 1 };

describe("arithmetic, broadcasting in both directions", () => {
  const operators = { add, sub, mul, div };

  test.each(Object.entries(operators))("derivatives of %s", async (_, f) => {
    await fc.assert(
      fc.asyncProperty(broadcastable(2), async ([a, b]) => {
        await checkDerivatives(f, [{ shape: a }, { shape: b, draw: "positive" }], { tolerance: 1e-8 });
      }),
      {
        ...few,
        examples: [
          [[[2, 3], [3]]],
          [[[3], [2, 3]]],
          [
            [
              [2, 1],
              [1, 3],
            ],
          ],
          [[[], [2, 2]]],
          [[[2, 2], []]],
        ],
      },
    );
  });

  test.each(Object.entries(operators))("derivatives of %s where one node is both operands", async (_, f) => {
    await checkDerivatives((x) => f(x, x), [{ shape: [4], draw: "positive" }]);
  });

  test("values", async () => {
    const a = literal([1, 2, 3, 4, 5, 6], [2, 3], "float64");
    const row = literal([1, 2, 4], [3], "float64");
    expect(await valuesOf(add(a, row))).toEqual([2, 4, 7, 5, 7, 10]);
    expect(await valuesOf(sub(row, a))).toEqual([0, 0, 1, -3, -3, -2]);
    expect(await valuesOf(mul(a, row))).toEqual([1, 4, 12, 4, 10, 24]);
    expect(await valuesOf(div(a, row))).toEqual([1, 1, 0.75, 4, 2.5, 1.5]);
    expect(await valuesOf(sub(1, row))).toEqual([0, -1, -3]);
    expect(await valuesOf(div(8, row))).toEqual([8, 4, 2]);
  });
});

describe("functions of one number", () => {
  test.each<[string, (x: Node) => Node, "normal" | "positive" | "apart"]>([
    ["neg", neg, "normal"],
    ["exp", exp, "normal"],
    ["log", log, "positive"],
    ["sqrt", sqrt, "positive"],
    ["relu", relu, "apart"],
    ["sigmoid", sigmoid, "normal"],
    ["softplus", softplus, "normal"],
  ])("derivatives of %s", async (_, f, draw) => {
    for (const shape of [[], [5], [2, 3]]) await checkDerivatives(f, [{ shape, draw }], { tolerance: 1e-8 });
  });

  test("relu is flat at 0", async () => {
    const x = literal([-1, 0, 2], [3], "float64");
    expect(await valuesOf(relu(x))).toEqual([0, 0, 2]);
  });

  const large = [-1000, -700, -100, -40, -20, -15, -3, -1e-9, 0, 1e-9, 3, 15, 20, 40, 100, 700, 1000];
  const softplusOf = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  const sigmoidOf = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

  test.each([
    { dtype: "float64", precision: 1e-14 },
    // Below 1e-37 float32 has fewer digits or none.
    { dtype: "float32", precision: 1e-6 },
  ] as const)("softplus and sigmoid keep their digits for large |x| in $dtype", async ({ dtype, precision }) => {
    const numbers = dtype === "float32" ? large.filter((x) => x > -80) : large;
    const x = literal(numbers, [numbers.length], dtype);
    for (const [f, expected] of [
      [softplus, softplusOf],
      [sigmoid, sigmoidOf],
    ] as const) {
      const values = await valuesOf(f(x));
      numbers.forEach((number, i) => {
        const error = Math.abs(values[i] - expected(number));
        expect(error, `at ${number}: ${values[i]}`).toBeLessThanOrEqual(precision * expected(number));
      });
    }
  });

  test("softplus and sigmoid of float32 end in 0, 1 and x", async () => {
    const x = literal([-1000, 1000], [2]);
    expect(await valuesOf(softplus(x))).toEqual([0, 1000]);
    expect(await valuesOf(sigmoid(x))).toEqual([0, 1]);
  });
});

describe("comparisons and choices", () => {
  test("greater, equal and cast", async () => {
    const x = literal([-1, 0, 1, 2], [4], "float64");
    expect(await valuesOf(cast(greater(x, 0), "float64"))).toEqual([0, 0, 1, 1]);
    expect(await valuesOf(cast(equal(x, 1), "float32"))).toEqual([0, 0, 1, 0]);
    expect(await valuesOf(cast(greater(x, literal([0, 5], [2, 1], "float64")), "int64"))).toEqual([
      0, 0, 1, 1, 0, 0, 0, 0,
    ]);
    expect(await valuesOf(cast(literal([1.5, -2.5], [2]), "float64"))).toEqual([1.5, -2.5]);
    expect(await valuesOf(cast(equal(literal([7, 8], [2], "int64"), 7), "float64"))).toEqual([1, 0]);
  });

  test("no derivative passes through a comparison or a cast", async () => {
    await checkDerivatives((x) => mul(cast(greater(x, 0), "float64"), x), [{ shape: [6], draw: "apart" }]);
    await checkDerivatives((x) => where(greater(x, 0), mul(x, x), exp(x)), [{ shape: [6], draw: "apart" }]);
  });

  test("derivatives of where, broadcasting all three operands", async () => {
    await fc.assert(
      fc.asyncProperty(broadcastable(3), async ([shape, a, b]) => {
        const count = shape.reduce((product, length) => product * length, 1);
        const condition = literal(
          Array.from({ length: count }, (_, i) => ((i * 7) % 3 === 0 ? 1 : 0)),
          shape,
          "bool",
        );
        await checkDerivatives((x, y) => where(condition, x, y), [{ shape: a }, { shape: b }]);
        await checkDerivatives((x) => where(condition, x, 3), [{ shape: a }]);
        await checkDerivatives((y) => where(condition, 3, y), [{ shape: b }]);
      }),
      few,
    );
  });

  test("where takes nothing of the choice that is not made", async () => {
    const x = literal([-1, 4], [2], "float64");
    expect(await valuesOf(where(greater(x, 0), sqrt(x), 0))).toEqual([0, 2]);
  });
});

describe("broadcasting", () => {
  test("derivatives of broadcastTo and unbroadcast", async () => {
    await fc.assert(
      fc.asyncProperty(broadcastable(2), async ([from, other]) => {
        const target = add(input("a", from), input("b", other)).shape;
        await checkDerivatives((x) => broadcastTo(x, target), [{ shape: from }]);
        await checkDerivatives((x) => unbroadcast(x, from), [{ shape: target }]);
      }),
      few,
    );
  });

  test("unbroadcast is the transpose of broadcastTo", async () => {
    const ones = constant(1, "float64", [4, 2, 3]);
    expect(await valuesOf(unbroadcast(ones, [2, 1]))).toEqual([12, 12]);
    expect(await valuesOf(unbroadcast(ones, []))).toEqual([24]);
    expect(await valuesOf(broadcastTo(literal([1, 2], [2, 1], "float64"), [2, 3]))).toEqual([1, 1, 1, 2, 2, 2]);
  });
});

test("constants fold only among floats, so that integers keep their division", async () => {
  const run = await compiled({ y: div(constant(7, "int64", [1]), constant(2, "int64")) });
  expect((await run()).y).toEqual(BigInt64Array.of(3n));
});

test("infinities of both signs are different constants", async () => {
  const x = input("x", [2], "float64");
  const run = await compiled({ up: mul(x, Infinity), down: mul(x, -Infinity), nan: mul(x, NaN) });
  const { up, down, nan } = await run({ x: Float64Array.of(1, -1) });
  expect([...up, ...down, ...nan]).toEqual([Infinity, -Infinity, -Infinity, Infinity, NaN, NaN]);
});
