import { measureLearning } from "../src/measures/measure-learning.js";
import { resolveConfig } from "../src/runs/config/resolve-config.js";
import { buildProblem } from "../src/runs/problem/build-problem.js";
import { LearningProcess } from "../src/search/learning-process.js";
import { uniformPolicy } from "../src/search/policy.js";
import { median } from "./timing.js";

const ROUNDS = 5;

export interface EvaluationBench {
  /** Measuring one policy / the learning process that it repeats, both with all weights positive. */
  readonly perceptronEvaluationToLearning: number;
  readonly transformerEvaluationToLearning: number;
}

export async function evaluationBench(): Promise<EvaluationBench> {
  return {
    perceptronEvaluationToLearning: await ratio("perceptron", 500),
    transformerEvaluationToLearning: await ratio("transformer-small", 4),
  };
}

async function ratio(preset: string, steps: number): Promise<number> {
  const { problem } = await buildProblem(resolveConfig(preset, [`learning.steps=${steps}`]));
  const policy = uniformPolicy(steps, problem.train.count);
  const process = new LearningProcess(problem);
  // The first of each compiles its programs.
  const learn = () => process.learn(policy);
  const measure = () => measureLearning(process, policy);
  await learn();
  await measure();
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) ratios.push((await seconds(measure)) / (await seconds(learn)));
  await process.release();
  return median(ratios);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
