import { describe, expect, test } from "vitest";
import { mean } from "../base/floats.js";
import { createRandom } from "../base/random.js";
import { Engine } from "../passes/engine.js";
import { Passes } from "../passes/passes.js";
import type { LearningProblem } from "../passes/problem.js";
import { randomPolicy, type TinyProblem, tinyPerceptron, tinyTransformer } from "../testing/problems.js";
import { LearningProcess, type MeasuredStep } from "./learning-process.js";

const T = 4;

function problemOf({ model, train, desired, theta }: TinyProblem): LearningProblem {
  const sets = { train, desired, validation: desired, test: desired };
  return { model, ...sets, start: theta, steps: T, learningRate: 0.5, warmup: 2 };
}

function policyOver(N: number, steps = T) {
  return { steps, examples: N, weights: Float32Array.from(randomPolicy(steps, N, createRandom(4, "policy"))) };
}

const tiny: [string, TinyProblem][] = [
  ["perceptron", tinyPerceptron()],
  ["transformer", tinyTransformer()],
  // So wide that examples without weight are skipped.
  ["wider transformer", tinyTransformer({ feedForward: 64 })],
];

describe.each(tiny)("measuring a %s", (_, tinyProblem) => {
  const problem = problemOf(tinyProblem);
  const N = problem.train.count;
  const policy = policyOver(N);

  test("contributions are those of explicit per-example gradients, in float64", async () => {
    const process = new LearningProcess(problem, { dtype: "float64", threads: 1 });
    const steps: MeasuredStep[] = [];
    await process.measure(policy, (step) => {
      steps.push({ ...step, contributions: step.contributions.slice(), losses: step.losses.slice() });
    });
    await process.release();

    const programs = new Engine(problem, { dtype: "float64", threads: 1 });
    const [train, test] = [problem.train, problem.test].map((examples) => new Passes(programs, examples, 2 ** 30));
    const theta = Float64Array.from(problem.start);
    const desired = new Float64Array(theta.length);
    for (const { t, contributions, losses, testLoss } of steps) {
      expect(testLoss).toBeCloseTo(await test.meanLossGradient(theta, desired), 12);
      const perExample: Float64Array[] = [];
      for (let n = 0; n < N; n++) {
        const gradient = new Float64Array(theta.length);
        const only = Float64Array.from({ length: N }, (_, i) => Number(i === n));
        await train.gradient(theta, only, gradient);
        perExample.push(gradient);
      }
      const explicit = perExample.map((gradient) => gradient.reduce((sum, value, i) => sum + value * desired[i], 0));
      const largest = Math.max(...explicit.map(Math.abs));
      for (let n = 0; n < N; n++) expect(Math.abs(contributions[n] - explicit[n]) / largest).toBeLessThan(1e-6);
      expect(mean(losses)).toBeCloseTo(await train.meanLoss(theta), 12);
      const rate = 0.5 * Math.min(1, (t + 1) / 2);
      for (let i = 0; i < theta.length; i++)
        theta[i] -= rate * perExample.reduce((sum, gradient, n) => sum + policy.weights[t * N + n] * gradient[i], 0);
    }
    await programs.release();
  });

  test("learns as it does unmeasured", async () => {
    const process = new LearningProcess(problem, { threads: 1 });
    const { test: curve } = await process.learn(policy);
    const measured: number[] = [];
    const last = await process.measure(policy, ({ testLoss }) => measured.push(testLoss));
    await process.release();
    // One program computes contributions and gradient together: the last bits may differ.
    for (const [t, loss] of [...measured.slice(1), last].entries()) expect(loss / curve[t]).toBeCloseTo(1, 6);
  });
});

test("learning that diverges is refused with the step, and what to change", async () => {
  const { model, train, desired, theta } = tinyPerceptron();
  const sets = { train, desired, validation: desired, test: desired };
  const problem = { model, ...sets, start: theta, steps: 9, learningRate: 1e300, warmup: 0 };
  const process = new LearningProcess(problem, { threads: 1 });
  await expect(process.learn(policyOver(train.count, 9))).rejects.toThrow(
    /^learning diverged: the (parameters are|loss is) not finite after step \d of 9; lower learning.learningRate or lengthen/,
  );
  await process.release();
});
