import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../base/random.js";
import { grad, jvp } from "../graph/autodiff.js";
import { input, inputName } from "../graph/constants.js";
import {
  add,
  cast,
  div,
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
} from "../graph/elementwise.js";
import { gather, putAlongAxis, scatterAdd, takeAlongAxis } from "../graph/indexing.js";
import { gemm, matmul } from "../graph/matmul.js";
import { type Node, type Shape, size, topologicalOrder } from "../graph/node.js";
import { max, mean, sum } from "../graph/reductions.js";
import { concat, pad, reshape, slice, transpose } from "../graph/shaping.js";
import { logSoftmax, logSumExp, softmax } from "../graph/softmax.js";
import { initialParameters } from "../models/model.js";
import { transformer } from "../models/transformer.js";
import { lossesOf } from "../testing/losses-of.js";
import { allocate, compile, type Numbers } from "./compile.js";

// Results must not depend on the number of threads nor on chance (DESIGN section 4): every operator at sizes that ONNX
// Runtime splits over threads.

const RUNS = 3;
const ROWS = 300;

const f = (name: string, ...shape: number[]) => input(name, shape);
const indices = (name: string, ...shape: number[]) => input(name, shape, "int64");

function values(node: Node, random: Random): Numbers {
  const result = allocate(node.dtype, size(node.shape));
  for (let i = 0; i < result.length; i++)
    result[i] = node.dtype === "int64" ? (BigInt(random.integer(ROWS)) as never) : (random.normal() as never);
  return result;
}

/** The bytes of the outputs, run after run. */
async function bytesOf(outputs: Record<string, Node>, inputs: Record<string, Numbers>, threads: number) {
  const program = await compile(outputs, { threads });
  const runs: Buffer[] = [];
  for (let run = 0; run < RUNS; run++) {
    const results = Object.entries(outputs).map(([name, { dtype, shape }]) => {
      return [name, allocate(dtype, size(shape))] as const;
    });
    await program.run(inputs, Object.fromEntries(results));
    runs.push(Buffer.concat(results.map(([, { buffer }]) => new Uint8Array(buffer))));
  }
  await program.release();
  return runs;
}

async function expectSameBits(outputs: Record<string, Node>, given: Record<string, Numbers> = {}): Promise<void> {
  const random = createRandom(1, "determinism");
  const nodes = topologicalOrder(Object.values(outputs)).filter((node) => inputName(node) !== undefined);
  const drawn = nodes.map((node) => [inputName(node)!, values(node, random)] as const);
  const inputs = { ...Object.fromEntries(drawn), ...given };
  const runs = [...(await bytesOf(outputs, inputs, 1)), ...(await bytesOf(outputs, inputs, 2))];
  runs.forEach((bytes, i) => {
    expect(bytes.equals(runs[0]), `run ${(i % RUNS) + 1} with ${i < RUNS ? 1 : 2} threads`).toBe(true);
  });
}

const big = f("x", 1000, 700);
const positive = add(mul(big, big), 0.1);
const transposes = [false, true].flatMap((a) => [false, true].map((b) => ({ a, b })));

describe("matrix products", () => {
  const sizes: [Shape, Shape][] = [
    [
      [512, 512],
      [512, 512],
    ],
    [
      [333, 1001],
      [1001, 77],
    ],
    [
      [4096, 128],
      [128, 1],
    ],
    [
      [1, 128],
      [128, 4096],
    ],
    [
      [1, 4096],
      [4096, 128],
    ],
    [
      [128, 4096],
      [4096, 1],
    ],
    [
      [64, 4096],
      [4096, 3],
    ],
    [
      [2, 5000],
      [5000, 2],
    ],
  ];
  test.each(sizes)("%j by %j, all transposes", async (a, b) => {
    const outputs = transposes.map((flags, i) => {
      const left = f(`a${i}`, ...(flags.a ? a.toReversed() : a));
      const right = f(`b${i}`, ...(flags.b ? b.toReversed() : b));
      return matmul(left, right, flags);
    });
    const summed = outputs.map((node, i) => {
      const [left, right] = node.inputs;
      return gemm(left, right, f("c", ...node.shape), transposes[i]);
    });
    await expectSameBits(Object.fromEntries([...outputs, ...summed].map((node, i) => [`y${i}`, node])));
  });

  test("batched, all transposes", async () => {
    const outputs = transposes.map((flags, i) => {
      const left = f(`a${i}`, 8, 4, ...(flags.a ? [32, 64] : [64, 32]));
      const right = f(`b${i}`, 8, 4, ...(flags.b ? [64, 32] : [32, 64]));
      return [`y${i}`, matmul(left, right, flags)] as const;
    });
    await expectSameBits(Object.fromEntries(outputs));
  });
});

test.each<[string, (x: Node) => Node]>([
  ["all", (x) => sum(x)],
  ["the first axis", (x) => sum(x, [0])],
  ["the last axis", (x) => sum(x, [1])],
  ["the middle axis", (x) => sum(reshape(x, [100, 100, 70]), [1])],
  ["the outer axes", (x) => sum(reshape(x, [100, 100, 70]), [0, 2])],
  ["the outer axes of a narrow tensor", (x) => sum(reshape(x, [100_000, 7]), [0])],
])("sum, mean and max over %s", async (_, reduce) => {
  const axes = reduce(big).attributes as { axes: number[] };
  const [operand] = reduce(big).inputs;
  await expectSameBits({ sum: reduce(big), mean: mean(operand, axes.axes), max: max(operand, axes.axes) });
});

test("softmax, logSoftmax and logSumExp", async () => {
  await expectSameBits({ a: softmax(big), b: logSoftmax(big), c: logSumExp(big) });
  const wide = f("w", 37, 5000);
  await expectSameBits({ a: softmax(wide), b: logSoftmax(wide), c: logSumExp(wide) });
});

test("a tall product of a transposed factor", async () => {
  await expectSameBits({ turned: matmul(f("x", 96, 5000), f("y", 96, 128), { a: true, b: false }) });
});

test("functions of one number", async () => {
  const small = f("s", 1013);
  for (const x of [big, small]) {
    const above = add(mul(x, x), 0.1);
    await expectSameBits({
      neg: neg(x),
      exp: exp(x),
      log: log(above),
      sqrt: sqrt(above),
      relu: relu(x),
      sigmoid: sigmoid(x),
      softplus: softplus(x),
    });
  }
});

test("arithmetic, choices and broadcasting", async () => {
  const [row, column] = [f("row", 700), f("column", 1000, 1)];
  await expectSameBits({
    add: add(big, row),
    sub: sub(column, big),
    mul: mul(big, column),
    div: div(row, positive),
    outer: mul(column, row),
    where: where(greater(big, row), big, column),
    cast: cast(greater(big, 0), "float32"),
  });
});

test("shaping", async () => {
  await expectSameBits({
    transpose: transpose(big, [1, 0]),
    permuted: transpose(reshape(big, [100, 10, 70, 10]), [2, 0, 3, 1]),
    slice: slice(big, { axis: 1, start: 3, end: 699 }),
    pad: pad(big, { axis: 0, before: 5, after: 3 }),
    concat: concat([big, positive], 1),
  });
});

describe("indexing with many repeated indices", () => {
  test("gather and scatterAdd, 4,096 rows of 64 of a table of 300", async () => {
    const rows = indices("rows", 4096);
    await expectSameBits({
      gathered: gather(f("table", ROWS, 64), rows),
      scattered: scatterAdd(f("base", ROWS, 64), rows, f("updates", 4096, 64)),
      single: scatterAdd(f("line", ROWS), rows, f("numbers", 4096)),
    });
  });

  test("all into one row", async () => {
    const scattered = scatterAdd(f("base", ROWS, 64), indices("rows", 4096), f("updates", 4096, 64));
    await expectSameBits({ scattered }, { rows: new BigInt64Array(4096).fill(7n) });
  });

  test("takeAlongAxis and putAlongAxis", async () => {
    const places = indices("places", 512, 400);
    await expectSameBits({
      taken: takeAlongAxis(f("x", 512, ROWS), places),
      put: putAlongAxis(places, f("updates", 512, 400), [512, ROWS]),
    });
  });
});

test("a transformer's losses, gradient and Hessian-vector product", async () => {
  const model = transformer({ vocabulary: ROWS, length: 32, layers: 2, width: 64, heads: 4, feedForward: 256 });
  const theta = initialParameters(model, createRandom(1, "theta"));
  const parameters = model.parameters.map(({ name, shape }) => input(name, shape));
  const directions = model.parameters.map(({ name, shape }) => input(`v.${name}`, shape));
  const named = Object.fromEntries(parameters.map((node) => [inputName(node)!, node]));
  const losses = lossesOf(model, named, { tokens: indices("tokens", 16, 33) }, "float32");
  const gradient = grad(sum(losses), parameters);
  const product = jvp([losses, ...gradient], parameters, directions);
  let offset = 0;
  const views = model.parameters.map(({ name, shape }) => {
    offset += size(shape);
    return [name, theta.subarray(offset - size(shape), offset)] as const;
  });
  const outputs = Object.fromEntries([losses, ...gradient, ...product].map((node, i) => [`output${i}`, node]));
  await expectSameBits(outputs, Object.fromEntries(views));
});
