import { describe, expect, test } from "vitest";
import { checkDerivatives } from "../testing/check-derivatives.js";
import { valuesOf } from "../testing/evaluate.js";
import { input, literal } from "./constants.js";
import { mul } from "./elementwise.js";
import type { Node } from "./node.js";
import { concat, pad, reshape, slice, transpose } from "./shaping.js";

const oneToSix = literal([1, 2, 3, 4, 5, 6], [2, 3], "float64");

/** Squared after being moved, so that second derivatives are not all zero. */
const squared = (f: (x: Node) => Node) => (x: Node) => {
  const y = f(x);
  return mul(y, y);
};

describe("derivatives", () => {
  test.each<[string, readonly number[], (x: Node) => Node]>([
    ["reshape to more axes", [6], (x) => reshape(x, [2, 1, 3])],
    ["reshape to fewer", [2, 3], (x) => reshape(x, [6])],
    ["reshape to a scalar", [1, 1], (x) => reshape(x, [])],
    ["reshape of a reshape", [2, 3], (x) => reshape(reshape(x, [3, 2]), [6, 1])],
    ["transpose of a matrix", [2, 3], (x) => transpose(x, [1, 0])],
    ["transpose by a permutation that is not its own inverse", [2, 3, 4], (x) => transpose(x, [1, 2, 0])],
    ["transpose of four axes", [2, 1, 3, 2], (x) => transpose(x, [0, 2, 3, 1])],
    ["slice from the start", [4, 3], (x) => slice(x, { axis: 0, start: 0, end: 2 })],
    ["slice to the end", [4, 3], (x) => slice(x, { axis: 1, start: 1, end: 3 })],
    ["slice of the middle", [2, 5, 2], (x) => slice(x, { axis: 1, start: 1, end: 4 })],
    ["pad before and after", [2, 3], (x) => pad(x, { axis: 1, before: 2, after: 1 })],
    ["pad the first axis", [2, 3], (x) => pad(x, { axis: 0, before: 0, after: 2 })],
    ["concat of a node with itself", [2, 3], (x) => concat([x, mul(x, x), x], 1)],
  ])("%s", async (_, shape, f) => {
    await checkDerivatives(squared(f), [{ shape }]);
  });

  test("concat of parts of different lengths", async () => {
    await checkDerivatives(
      (a, b, c) => mul(concat([a, b, c], 1), concat([c, b, a], 1)),
      [{ shape: [2, 1] }, { shape: [2, 3] }, { shape: [2, 2] }],
    );
  });

  test("concat where only one part varies", async () => {
    await checkDerivatives(
      squared((x) => concat([oneToSix, x], 0)),
      [{ shape: [1, 3] }],
    );
  });
});

test("values", async () => {
  expect(await valuesOf(transpose(oneToSix, [1, 0]))).toEqual([1, 4, 2, 5, 3, 6]);
  expect(await valuesOf(slice(oneToSix, { axis: 1, start: 1, end: 3 }))).toEqual([2, 3, 5, 6]);
  expect(await valuesOf(pad(oneToSix, { axis: 0, before: 1, after: 0 }))).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6]);
  expect(await valuesOf(concat([oneToSix, literal([7, 8], [2, 1], "float64")], 1))).toEqual([1, 2, 3, 7, 4, 5, 6, 8]);
  const cube = literal([...Array(8).keys()], [2, 2, 2], "float64");
  expect(await valuesOf(transpose(cube, [2, 0, 1]))).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
});

test("integers can be moved too", async () => {
  const tokens = literal([1, 2, 3, 4, 5, 6], [2, 3], "int64");
  expect(await valuesOf(slice(tokens, { axis: 1, start: 0, end: 2 }))).toEqual([1, 2, 4, 5]);
  expect(await valuesOf(pad(reshape(tokens, [6]), { axis: 0, before: 0, after: 1 }))).toEqual([1, 2, 3, 4, 5, 6, 0]);
});

test("what changes nothing is no operation", () => {
  const x = input("x", [2, 3]);
  expect(reshape(x, [2, 3])).toBe(x);
  expect(reshape(reshape(x, [6]), [2, 3])).toBe(x);
  expect(pad(x, { axis: 0, before: 0, after: 0 })).toBe(x);
  expect(concat([x], 0)).toBe(x);
});
