import { describe, expect, test } from "vitest";
import { grad, jvp, vjp } from "./autodiff.js";
import { broadcastTo } from "./broadcasting.js";
import { constant, input } from "./constants.js";
import { add, div, equal, exp, greater, log, mul, neg, relu, sub, where } from "./elementwise.js";
import { gather, putAlongAxis, scatterAdd, takeAlongAxis } from "./indexing.js";
import { gemm, matmul } from "./matmul.js";
import { labelled, type Node, ShapeError, topologicalOrder } from "./node.js";
import { max, mean, sum } from "./reductions.js";
import { concat, pad, reshape, slice, transpose } from "./shaping.js";
import { logSoftmax, logSumExp, softmax, surprisal } from "./softmax.js";

const f = (...shape: number[]) => input("f", shape);
const d = (...shape: number[]) => input("d", shape, "float64");
const i = (...shape: number[]) => input("i", shape, "int64");
const b = (...shape: number[]) => input("b", shape, "bool");

describe("shape errors name the operator, the place, the problem and the shapes", () => {
  test.each<[string, () => unknown, string]>([
    ["add", () => add(f(2, 3), f(2)), "the shapes do not broadcast together, got float32[2, 3] and float32[2]"],
    ["sub", () => sub(f(2), d(2)), "both operands must have one type, got float32[2] and float64[2]"],
    ["mul", () => mul(f(4), f(3)), "the shapes do not broadcast together, got float32[4] and float32[3]"],
    ["div", () => div(f(4), i(4)), "both operands must have one type, got float32[4] and int64[4]"],
    ["neg", () => neg(i(2)), "the operand must be float32 or float64, got int64[2]"],
    ["exp", () => exp(b(2)), "the operand must be float32 or float64, got bool[2]"],
    ["log", () => log(i()), "the operand must be float32 or float64, got int64[]"],
    ["relu", () => relu(i(1)), "the operand must be float32 or float64, got int64[1]"],
    ["greater", () => greater(f(2), f(3)), "the shapes do not broadcast together, got float32[2] and float32[3]"],
    ["equal", () => equal(f(2), i(2)), "both operands must have one type, got float32[2] and int64[2]"],
    [
      "where",
      () => where(f(2), f(2), f(2)),
      "the condition must be bool, got float32[2] and float32[2] and float32[2]",
    ],
    [
      "where",
      () => where(b(2), f(2), d(2)),
      "both choices must have one type, got bool[2] and float32[2] and float64[2]",
    ],
    [
      "where",
      () => where(b(3), f(2), 1),
      "the shapes do not broadcast together, got bool[3] and float32[2] and float32[]",
    ],
    [
      "broadcastTo",
      () => broadcastTo(f(2, 3), [3]),
      "the first must broadcast to the second, got float32[2, 3] and float32[3]",
    ],
    [
      "broadcastTo",
      () => broadcastTo(f(2), [3]),
      "the shapes do not broadcast together, got float32[2] and float32[3]",
    ],
    ["sum", () => sum(f(2, 3), [2]), "axes [2] must be different axes of the operand, got float32[2, 3]"],
    ["sum", () => mean(f(2, 3), [-3]), "axes [-3] must be different axes of the operand, got float32[2, 3]"],
    ["max", () => max(f(2, 3), [1, -1]), "axes [1, 1] must be different axes of the operand, got float32[2, 3]"],
    ["max", () => max(i(2)), "the operand must be float32 or float64, got int64[2]"],
    [
      "reshape",
      () => reshape(f(2, 3), [4]),
      "cannot become [4], which has another number of elements, got float32[2, 3]",
    ],
    ["transpose", () => transpose(f(2, 3), [0, 0]), "[0, 0] must be a permutation of the axes, got float32[2, 3]"],
    ["transpose", () => transpose(f(2, 3), [0]), "[0] must be a permutation of the axes, got float32[2, 3]"],
    [
      "slice",
      () => slice(f(2, 3), { axis: 1, start: 1, end: 4 }),
      "1 to 4 must be a range of axis 1, got float32[2, 3]",
    ],
    ["slice", () => slice(f(2), { axis: 0, start: 1, end: 1 }), "1 to 1 must be a range of axis 0, got float32[2]"],
    ["slice", () => slice(f(2), { axis: 1, start: 0, end: 1 }), "0 to 1 must be a range of axis 1, got float32[2]"],
    [
      "pad",
      () => pad(f(2), { axis: 0, before: -1, after: 0 }),
      "-1 before and 0 after must be an extension of axis 0, got float32[2]",
    ],
    [
      "concat",
      () => concat([f(2, 3), f(3, 3)], 1),
      "all parts must be alike but along axis 1, got float32[2, 3] and float32[3, 3]",
    ],
    [
      "concat",
      () => concat([f(2), d(2)], 0),
      "all parts must be alike but along axis 0, got float32[2] and float64[2]",
    ],
    ["concat", () => concat([], 0), "all parts must be alike but along axis 0, got no inputs"],
    [
      "matmul",
      () => matmul(f(2, 3), f(2, 3)),
      "inner dimensions 3 and 2 must be equal, got float32[2, 3] and float32[2, 3]",
    ],
    [
      "matmul",
      () => matmul(f(2, 3), f(4, 3), { a: true, b: true }),
      "inner dimensions 2 and 3 must be equal (first and second transposed), got float32[2, 3] and float32[4, 3]",
    ],
    [
      "matmul",
      () => matmul(f(2, 2, 3), f(3, 2)),
      "both factors must be matrices with the same leading axes, got float32[2, 2, 3] and float32[3, 2]",
    ],
    [
      "matmul",
      () => matmul(f(2, 2), d(2, 2)),
      "both factors must be of one float type, got float32[2, 2] and float64[2, 2]",
    ],
    [
      "gemm",
      () => gemm(f(2, 3), f(2, 3), f(2, 2)),
      "inner dimensions 3 and 2 must be equal, got float32[2, 3] and float32[2, 3] and float32[2, 2]",
    ],
    [
      "gemm",
      () => gemm(f(2, 3), f(2, 3), f(2, 3), { a: false, b: true }),
      "the third must be a matrix like the product (second transposed), got float32[2, 3] and float32[2, 3] and float32[2, 3]",
    ],
    ["softmax", () => softmax(i(2)), "the operand must be floats with an axis, got int64[2]"],
    ["logSoftmax", () => logSoftmax(f()), "the operand must be floats with an axis, got float32[]"],
    ["logSumExp", () => logSumExp(f()), "the operand must be floats with an axis, got float32[]"],
    [
      "surprisal",
      () => surprisal(f(2, 3), i(2), f(2)),
      "one int64 target a row is needed, got float32[2, 3] and int64[2] and float32[2]",
    ],
    [
      "surprisal",
      () => surprisal(f(2, 3), i(2, 1), f(2, 1)),
      "one logit of the target a row is needed, got float32[2, 3] and int64[2, 1] and float32[2, 1]",
    ],
    ["gather", () => gather(f(2, 3), f(2)), "a table and int64 indices are needed, got float32[2, 3] and float32[2]"],
    [
      "scatterAdd",
      () => scatterAdd(f(2, 3), i(4), f(4, 2)),
      "there must be one row of updates for every int64 index, got float32[2, 3] and int64[4] and float32[4, 2]",
    ],
    [
      "scatterAdd",
      () => scatterAdd(f(2), i(4), d(4)),
      "base and updates must have one type, got float32[2] and int64[4] and float64[4]",
    ],
    [
      "takeAlongAxis",
      () => takeAlongAxis(f(2, 3), i(3, 1)),
      "int64 indices with the same leading axes are needed, got float32[2, 3] and int64[3, 1]",
    ],
    [
      "takeAlongAxis",
      () => takeAlongAxis(f(3), i()),
      "int64 indices with the same leading axes are needed, got float32[3] and int64[]",
    ],
    [
      "putAlongAxis",
      () => putAlongAxis(i(2, 1), f(2, 2), [2, 3]),
      "one update an index is needed, got int64[2, 1] and float32[2, 2]",
    ],
    [
      "putAlongAxis",
      () => putAlongAxis(i(2, 1), f(2, 1), [3, 3]),
      "the int64 indices need the leading axes of [3, 3], got int64[2, 1] and float32[2, 1]",
    ],
    ["grad", () => grad(f(2), [f(2)]), "the output must be a scalar, got float32[2]"],
    [
      "vjp",
      () => vjp([f(2)], [f(2)], [f(3)]),
      "a cotangent must have the shape of its output, got float32[2] and float32[3]",
    ],
    [
      "jvp",
      () => jvp([f(2)], [f(2)], [f(3)]),
      "a tangent must have the shape of its input, got float32[2] and float32[3]",
    ],
  ])("%s", (operator, build, problem) => {
    expect(build).toThrow(new ShapeError(`${operator}: ${problem}`));
    const inside = () => labelled("blocks.0", () => labelled("attention", build));
    expect(inside).toThrow(new ShapeError(`${operator} in blocks.0/attention: ${problem}`));
  });
});

test("a label ends with its part of the program, even if that fails", () => {
  const wrong = () => add(f(2), f(3));
  expect(labelled("outer", () => 7)).toBe(7);
  expect(() => labelled("inner", wrong)).toThrow(/^add in inner: /);
  expect(wrong).toThrow(/^add: /);
});

test("topological order puts every node once, after its inputs, however deep the graph", () => {
  const x = f(2);
  let y: Node = x;
  for (let depth = 0; depth < 20_000; depth++) y = mul(y, x);
  const order = topologicalOrder([y, x]);
  expect(order.length).toBe(20_001);
  const place = new Map(order.map((node, at) => [node, at]));
  expect(order.every((node, at) => node.inputs.every((each) => place.get(each)! < at))).toBe(true);
});

test("a constant folds with what it meets", () => {
  const x = f(2);
  for (const same of [add(x, 0), add(0, x), sub(x, 0), mul(x, 1), mul(1, x), div(x, 1)]) expect(same).toBe(x);
  expect(mul(2, constant(3, "float32", [2])).attributes).toEqual({ value: 6, dtype: "float32", shape: [2] });
  expect(neg(constant(3)).attributes).toEqual({ value: -3, dtype: "float32", shape: [] });
  // A constant of a larger shape is not left out: the result has its shape.
  expect(add(x, constant(0, "float32", [3, 2])).shape).toEqual([3, 2]);
  expect(sub(0, x)).not.toBe(x);
});
