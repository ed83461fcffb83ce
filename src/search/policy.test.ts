import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { writeSafetensors } from "../files/safetensors.js";
import { loadPolicy, savePolicy } from "../runs/policy-file.js";
import { type Policy, policyDefect, policyRow, uniformPolicy } from "./policy.js";

const folder = mkdtempSync(join(tmpdir(), "policy-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "policy.safetensors");

function policy(...rows: number[][]): Policy {
  return { steps: rows.length, examples: rows[0].length, weights: Float32Array.from(rows.flat()) };
}

function refusal(): string {
  try {
    loadPolicy(path, { steps: 2, examples: 3 });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return "loaded";
}

test("the uniform policy gives every example the same weight at every step", () => {
  const uniform = uniformPolicy(3, 4);
  expect(uniform).toEqual({ steps: 3, examples: 4, weights: new Float32Array(12).fill(0.25) });
  expect(policyDefect(uniform)).toBeUndefined();
  expect(policyDefect(uniformPolicy(2, 16_384))).toBeUndefined();
});

test("a row is a view of the policy", () => {
  const two = policy([0.25, 0.75], [0.5, 0.5]);
  policyRow(two, 1).set([1, 0]);
  expect(two.weights).toEqual(Float32Array.of(0.25, 0.75, 1, 0));
});

test("a policy comes back from its file as it went in", () => {
  const saved = policy([0.25, 0.75, 0], [0.1, 0.2, 0.7]);
  savePolicy(path, saved);
  expect(loadPolicy(path)).toEqual(saved);
  expect(loadPolicy(path, { steps: 2, examples: 3 })).toEqual(saved);
});

test("a file that holds something else is refused in one sentence", () => {
  savePolicy(path, uniformPolicy(4, 3));
  expect(refusal()).toBe(`the policy in ${path} has shape [4, 3]; [2, 3] (steps, examples) is expected`);
  savePolicy(path, policy([0, 1, 0], [0.5, 0.5, 0.25]));
  expect(refusal()).toBe(`in the policy of ${path}, step 1 is not a distribution: its weights sum to 1.25`);
  savePolicy(path, policy([0, 1.5, -0.5], [1, 0, 0]));
  expect(refusal()).toBe(`in the policy of ${path}, step 0 is not a distribution: weight 2 is -0.5`);
  savePolicy(path, policy([0, 1, Number.NaN], [1, 0, 0]));
  expect(refusal()).toBe(`in the policy of ${path}, step 0 is not a distribution: weight 2 is NaN`);
  writeSafetensors(path, { gamma: { data: Float32Array.of(1), shape: [1, 1] } });
  expect(refusal()).toBe(`${path} holds no tensor "policy"; it holds gamma`);
  writeSafetensors(path, { policy: { data: Float64Array.of(1), shape: [1, 1] } });
  expect(refusal()).toBe(`tensor "policy" of ${path} must be float32 of shape [steps, examples]`);
  writeSafetensors(path, { policy: { data: Float32Array.of(1), shape: [1] } });
  expect(refusal()).toBe(`tensor "policy" of ${path} must be float32 of shape [steps, examples]`);
  rmSync(path);
  expect(refusal()).toBe(`cannot read ${path}: there is no such file or folder`);
});
