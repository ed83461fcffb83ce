import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { constant, input } from "../graph/constants.js";
import { add, exp, mul } from "../graph/elementwise.js";
import { gather } from "../graph/indexing.js";
import { matmul } from "../graph/matmul.js";
import type { DType } from "../graph/node.js";
import { sum } from "../graph/reductions.js";
import { reshape, slice } from "../graph/shaping.js";
import { allocate, compile, type Device, devices, workingSet } from "./compile.js";

const cpu = { threads: 1 };

describe("run", () => {
  test.each([
    ["float32", Float32Array.of(1, 2, 3), Float32Array.of(3, 5, 7)],
    ["float64", Float64Array.of(1, 2, 3), Float64Array.of(3, 5, 7)],
    ["int64", BigInt64Array.of(1n, 2n, 3n), BigInt64Array.of(3n, 5n, 7n)],
  ] as const)("writes into the given array, %s", async (dtype, x, expected) => {
    const program = await compile({ y: add(mul(input("x", [3], dtype), 2), 1) }, cpu);
    const y = allocate(dtype, 3);
    await program.run({ x }, { y });
    expect(y).toEqual(expected);
    await program.release();
  });

  test("reads and writes views into larger arrays, and nothing around them", async () => {
    for (const type of [Float32Array, Float64Array]) {
      const dtype = type === Float32Array ? "float32" : "float64";
      const x = input("x", [2, 2], dtype);
      const program = await compile({ y: matmul(x, x), z: sum(x) }, cpu);
      const source = type.of(9, 1, 2, 3, 4, 9, 9);
      const target = new type(8).fill(-1);
      await program.run({ x: source.subarray(1, 5) }, { y: target.subarray(3, 7), z: target.subarray(1, 2) });
      expect([...target]).toEqual([-1, 10, -1, 7, 10, 15, 22, -1]);
      expect([...source]).toEqual([9, 1, 2, 3, 4, 9, 9]);
    }
  });

  test("reads and writes views of 64-bit integers", async () => {
    const tokens = input("tokens", [3], "int64");
    const rows = gather(input("table", [3, 1]), tokens);
    const program = await compile({ rows, rest: slice(tokens, { axis: 0, start: 1, end: 3 }) }, cpu);
    const corpus = BigInt64Array.of(7n, 2n, 0n, 2n, 7n);
    const [rowsOut, restOut] = [new Float32Array(5), BigInt64Array.of(5n, 5n, 5n, 5n)];
    const outputs = { rows: rowsOut.subarray(2), rest: restOut.subarray(1, 3) };
    await program.run({ table: Float32Array.of(10, 20, 30), tokens: corpus.subarray(1, 4) }, outputs);
    expect([...rowsOut]).toEqual([0, 0, 30, 10, 30]);
    expect([...restOut]).toEqual([5n, 0n, 2n, 5n]);
  });

  test("sees what changed in its arrays, run after run", async () => {
    const program = await compile({ y: mul(input("x", [2]), 3) }, cpu);
    const x = Float32Array.of(1, 2);
    const y = new Float32Array(2);
    await program.run({ x }, { y });
    x[0] = 5;
    await program.run({ x }, { y });
    expect([...y]).toEqual([15, 6]);
  });

  test("an output may be an unchanged input of another name, a constant, or the same node twice", async () => {
    const x = input("x", [2]);
    const program = await compile({ copy: x, again: x, seven: constant(7, "float32", [2]) }, cpu);
    const [copy, again, seven] = [new Float32Array(2), new Float32Array(2), new Float32Array(2)];
    await program.run({ x: Float32Array.of(1, 2) }, { copy, again, seven });
    expect([...copy, ...again, ...seven]).toEqual([1, 2, 1, 2, 7, 7]);
  });
});

describe("wrong arrays are named", () => {
  const run = async (inputs: object, outputs: object) => {
    const program = await compile({ y: mul(input("x", [2, 3]), 2) }, cpu);
    await program.run(inputs as never, outputs as never);
  };
  const right = new Float32Array(6);

  test.each([
    ["input x", { x: new Float32Array(5) }, { y: right }],
    ["input x", { x: new Float64Array(6) }, { y: right }],
    ["input x", { x: Array(6).fill(0) }, { y: right }],
    ["input x", {}, { y: right }],
    ["output y", { x: right }, { y: new Float32Array(7) }],
    ["output y", { x: right }, { y: new BigInt64Array(6) }],
    ["output y", { x: right }, {}],
  ])("%s", async (which, inputs, outputs) => {
    await expect(run(inputs, outputs)).rejects.toThrow(`program ${which} must be 6 numbers of type float32`);
  });
});

describe("devices", () => {
  const program = (dtype: DType = "float32") => ({ y: mul(input("x", [2], dtype), 2) });

  // Where the device is there, its results must be right.
  test.each(devices)("%s works, or is refused in one sentence", async (device) => {
    const y = new Float32Array(2);
    try {
      const compiled = await compile(program(), { device });
      await compiled.run({ x: Float32Array.of(1, 2) }, { y });
    } catch (error) {
      expect(device).not.toBe("cpu");
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(
        new RegExp(`^device ${device} cannot be used on this machine \\([^/\\n]+\\); use --device cpu$`),
      );
      return;
    }
    expect([...y]).toEqual([2, 4]);
  });

  test("an unknown device", async () => {
    const refused = compile(program(), { device: "tpu" as Device });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow("device tpu is not known to this build of ONNX Runtime; use --device cpu");
  });

  test("webgpu has no float64", async () => {
    const refused = compile(program("float64"), { device: "webgpu" });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow("device webgpu cannot run float64 programs; use --device cpu");
  });
});

test("float64 stays float64: no factor is rounded to float32 on its way into a product", async () => {
  const x = input("x", [2, 1, 1], "float64");
  const program = await compile({ y: mul(matmul(mul(x, 1 / 3), mul(x, 1 / 7)), 1 / 11) }, cpu);
  const y = new Float64Array(2);
  await program.run({ x: Float64Array.of(1, 2) }, { y });
  expect(y[0]).toBeCloseTo(1 / 231, 17);
  expect(y[1]).toBeCloseTo(4 / 231, 17);
});

test("cost: operations of the matrix products, bytes alive at once", async () => {
  const x = input("x", [10, 20]);
  const product = matmul(x, input("w", [20, 5]));
  const total = sum(mul(product, product));
  expect(workingSet({ total }).flops).toBe(2 * 10 * 20 * 5);
  expect((await compile({ total }, cpu)).flops).toBe(2 * 10 * 20 * 5);
  // Both factors and the product are alive together.
  expect(workingSet({ total }).bytes).toBe(4 * (200 + 100 + 50));
  // A reshaped value lives as long as its reshape is needed: here beside y and its exponentials.
  const held = reshape(exp(input("x", [1000])), [10, 100]);
  expect(workingSet({ y: mul(held, sum(exp(input("y", [1000])))) }).bytes).toBe(4 * 3000);
  expect(workingSet({ total: sum(mul(input("x", [3], "float64"), 2)) }).bytes).toBe(8 * (3 + 1 + 3));
});
