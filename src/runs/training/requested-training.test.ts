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
  const training = { ...fullBatchTraining(plain), policy: "law" };
  expect(requestedTraining(plain, "law")).toEqual({ ...plain, training });
});

test("a section training is what it is, but for a policy that is given", () => {
  expect(requestedTraining(adamw)).toEqual(adamw);
  for (const policy of ["greedy", "saved.safetensors"])
    expect(requestedTraining(adamw, policy)).toEqual({ ...adamw, training: { ...adamw.training, policy } });
});

test("a name that is no policy's is refused, wherever it stands", () => {
  for (const refused of [
    () => requestedTraining(plain, "lwa"),
    () => requestedTraining(adamw, "lwa"),
    () => requestedTraining(tinyPerceptronConfig("training.policy=lwa")),
  ])
    expect(refusalOf(refused)).toMatch(/^there is no policy lwa; give uniform, law, /);
});
