import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { grad } from "../graph/autodiff.js";
import { constant, input } from "../graph/constants.js";
import { add, exp, mul } from "../graph/elementwise.js";
import { matmul } from "../graph/matmul.js";
import type { Node } from "../graph/node.js";
import { sum } from "../graph/reductions.js";
import { reshape } from "../graph/shaping.js";
import { simplify } from "../graph/simplify.js";
import { logSumExp } from "../graph/softmax.js";
import { compiled } from "../testing/evaluate.js";
import { manyOperators, manyOperatorsShapes } from "../testing/many-operators.js";
import { onnxModel } from "./onnx-model.js";

const standard = { fusedMatMul: false };

function gradientModel(): Uint8Array {
  const x = Object.entries(manyOperatorsShapes).map(([name, shape]) => input(name, shape, "float32"));
  const f = manyOperators(x[0], x[1], x[2]);
  const nodes = simplify([f, ...grad(f, x)]);
  return onnxModel(Object.fromEntries(nodes.map((node, i) => [`output${i}`, node])), standard);
}

test("a model loads, with inputs and outputs as named and shaped", async () => {
  const session = await InferenceSession.create(gradientModel(), { intraOpNumThreads: 1 });
  const inputs = session.inputMetadata.map((value) => value.isTensor && [value.name, value.type, value.shape]);
  expect(inputs.sort()).toEqual([
    ["bias", "float32", [6]],
    ["table", "float32", [5, 4]],
    ["weight", "float32", [4, 6]],
  ]);
  const outputs = session.outputMetadata.map((value) => value.isTensor && [value.name, value.type, value.shape]);
  expect(outputs).toEqual([
    ["output0", "float32", []],
    ["output1", "float32", [5, 4]],
    ["output2", "float32", [4, 6]],
    ["output3", "float32", [6]],
  ]);
});

test("equal graphs are equal bytes", () => {
  expect(Buffer.from(gradientModel()).equals(gradientModel())).toBe(true);
});

test("equal operations are written once, also without simplify", () => {
  const once = onnxModel({ y: exp(input("x", [2])) }, standard);
  const twice = onnxModel({ y: exp(input("x", [2])), z: exp(input("y0", [2])) }, standard);
  const x = input("x", [2]);
  const shared = onnxModel({ y: exp(x), z: exp(x) }, standard);
  const exponentials = (model: Uint8Array) => Buffer.from(model).toString("latin1").split("Exp").length - 1;
  expect([once, twice, shared].map(exponentials)).toEqual([1, 2, 1]);
});

describe("names", () => {
  test("any name of an input or output is free", async () => {
    const inputs = ["v0", "c0", "0", "program", "weights.0/a b"].map((name) => input(name, [1]));
    const total = inputs.map((node) => mul(node, 2)).reduce(add);
    const run = await compiled({ v1: total, c1: exp(total) });
    const { v1, c1 } = await run(
      Object.fromEntries(["v0", "c0", "0", "program", "weights.0/a b"].map((name) => [name, Float32Array.of(0.1)])),
    );
    expect(v1[0]).toBeCloseTo(1, 6);
    expect(c1[0]).toBeCloseTo(Math.E, 5);
  });

  test.each<[string, Record<string, Node>]>([
    ["two inputs", { y: add(input("x", [2]), input("x", [])) }],
    ["an input and an output", { x: mul(input("x", [2]), 2) }],
  ])("%s cannot share one", (_, outputs) => {
    expect(() => onnxModel(outputs, standard)).toThrow(
      "a program cannot have two different inputs, or an input and an output, of the name x",
    );
  });
});

test("batched products of transposes keep to the standard unless fused ones are allowed", () => {
  const x = input("x", [2, 3, 4]);
  const y = matmul(x, x, { a: true, b: false });
  const operators = (model: Uint8Array) => Buffer.from(model).toString("latin1");
  expect(operators(onnxModel({ y }, { fusedMatMul: true }))).toContain("FusedMatMul");
  expect(operators(onnxModel({ y }, standard))).not.toContain("FusedMatMul");
});

test("weights are part of the model, and axes with a name are of any length", async () => {
  const x = input("x", [1, 2, 3]);
  const y = matmul(reshape(x, [2, 3]), input("weight", [3, 2]));
  const options = { weights: { weight: Float32Array.of(1, 2, 3, 4, 5, 6) }, anyBatch: true };
  const batches = { x: ["batch", 2, 3], y: ["rows", 2] };
  const model = onnxModel({ y }, { ...standard, ...options, axes: batches });
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 });
  const described = [...session.inputMetadata, ...session.outputMetadata].map((value) => value.isTensor && value.shape);
  expect(described).toEqual([
    ["batch", 2, 3],
    ["rows", 2],
  ]);
  const ones = new Tensor("float32", new Float32Array(4 * 2 * 3).fill(1), [4, 2, 3]);
  const { y: result } = await session.run({ x: ones });
  expect(result.dims).toEqual([8, 2]);
  expect([...(result.data as Float32Array)]).toEqual(Array.from({ length: 8 }, () => [9, 12]).flat());
});

test("large constants are written once for all", () => {
  const zeros = constant(0, "float32", [1000, 1000]);
  expect(onnxModel({ y: add(input("x", [1000, 1000]), zeros) }, standard).length).toBeLessThan(1000);
  const fifty = sum(constant(1, "float32", [50]));
  expect(onnxModel({ y: fifty }, standard).length).toBeLessThan(1000);
});

test("an operator without ONNX form is an error of the caller", () => {
  expect(() => onnxModel({ y: logSumExp(input("x", [2])) }, standard)).toThrow(
    "logSumExp has no ONNX form: simplify the graph before writing it",
  );
});
