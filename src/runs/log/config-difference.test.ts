import fc from "fast-check";
import { expect, test } from "vitest";
import { configDifference } from "./config-difference.js";

test("equal configurations do not differ, in whatever order their keys are", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => configDifference(value, structuredClone(value)) === undefined));
  expect(configDifference({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBeUndefined();
  expect(configDifference({ a: Number.NaN, b: -0 }, { a: Number.NaN, b: 0 })).toBeUndefined();
});

test("the first difference is named by its path, with both values", () => {
  const before = { model: "transformer", learning: { steps: 300, rate: 0.1 }, data: { files: ["a", "b"] } };
  const changed = (change: object) => configDifference(before, { ...structuredClone(before), ...change });
  expect(changed({ learning: { steps: 400, rate: 0.2 } })).toEqual({ key: "learning.steps", before: 300, after: 400 });
  expect(changed({ data: { files: ["a", "c"] } })).toEqual({ key: "data.files.1", before: "b", after: "c" });
  expect(changed({ data: { files: ["a"] } })).toEqual({ key: "data.files.1", before: "b", after: undefined });
  expect(changed({ learning: { steps: 300 } })).toEqual({ key: "learning.rate", before: 0.1, after: undefined });
  expect(changed({ seed: 1 })).toEqual({ key: "seed", before: undefined, after: 1 });
  expect(changed({ learning: null })).toEqual({ key: "learning", before: before.learning, after: null });
  expect(changed({ data: { files: {} } })).toEqual({ key: "data.files", before: ["a", "b"], after: {} });
  expect(configDifference({ steps: 300 }, { steps: "300" })).toEqual({ key: "steps", before: 300, after: "300" });
});
