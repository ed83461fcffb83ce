import { expect, test } from "vitest";
import { refusalOf } from "../../testing/refusal.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import { fullBatchTraining } from "../config/full-batch-training.js";
import { requestedTraining } from "./requested-training.js";

const plain = tinyPerceptronConfig();
const adamw = tinyPerceptronConfig("training.optimizer=adamw");

test("without a section training, full-batch descent is no training: conventional, or under a saved policy", () => {
  expect(requestedTraining(plain)).toBeUndefined();
  expect(requestedTraining(plain, "epoch-0003.safetensors")).toBeUndefined();
});

test("without a section training, a named policy makes a training of full-batch descent", () => {
  const training = { ...fullBatchTraining(plain), policy: { name: "law" } };
  expect(requestedTraining(plain, "law")).toEqual({ ...plain, training });
});

test("a section training is what it is, but for a policy that is given", () => {
  expect(requestedTraining(adamw)).toEqual(adamw);
  const chosen = { greedy: { name: "greedy" }, "saved.safetensors": { name: "searched", file: "saved.safetensors" } };
  for (const [given, policy] of Object.entries(chosen))
    expect(requestedTraining(adamw, given)).toEqual({ ...adamw, training: { ...adamw.training, policy } });
});

test("a name that is no policy's is refused, wherever it stands", () => {
  for (const refused of [() => requestedTraining(plain, "lwa"), () => requestedTraining(adamw, "lwa")])
    expect(refusalOf(refused)).toMatch(/^there is no policy lwa; give uniform, law, .*; the nearest is law$/);
  expect(refusalOf(() => tinyPerceptronConfig("training.policy=lwa"))).toMatch(
    /^perceptron: training.policy: expected uniform, law, .* or a .safetensors file, got "lwa"$/,
  );
});
