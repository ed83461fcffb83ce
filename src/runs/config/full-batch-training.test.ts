import { expect, test } from "vitest";
import { LearningProcess } from "../../search/learning-process.js";
import { uniformPolicy } from "../../search/policy.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import type { Evaluation } from "../../training/evaluator.js";
import { train } from "../../training/train.js";
import { buildProblem } from "../problem/build-problem.js";
import { parseConfig, type Tree } from "./config.js";
import { fullBatchTraining } from "./full-batch-training.js";

const config = tinyPerceptronConfig("learning.warmup=7", "learning.learningRate=0.7", "learning.schedule=rex");

test("trained so, a model learns as by the full-batch gradient descent of the section learning", async () => {
  const { problem } = await buildProblem(config);
  const process = new LearningProcess(problem, { threads: 1, dtype: "float64" });
  const curves = await process.learn(uniformPolicy(20, 16));
  await process.release();
  const evaluations: Evaluation[] = [];
  await train(
    problem,
    { ...fullBatchTraining(config), seed: config.seed },
    { threads: 1, dtype: "float64", onEvaluation: (evaluation) => evaluations.push(evaluation) },
  );
  expect(evaluations.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, step) => step));
  for (const { step, testLoss, validationLoss, tokens, work } of evaluations.slice(1)) {
    // The weights of the policy are float32, but 1/16 is exact in it.
    expect(testLoss / curves.test[step - 1]).toBeCloseTo(1, 12);
    expect(validationLoss / curves.validation[step - 1]).toBeCloseTo(1, 12);
    expect([tokens, work]).toEqual([16 * step, 16 * step]);
  }
});

test("it is a section training that a configuration can have", () => {
  const training = fullBatchTraining(config);
  expect(parseConfig({ ...config, training } as unknown as Tree, "config.yaml")).toEqual({ ...config, training });
});
