import { expect, test } from "vitest";
import type { Floats } from "../base/floats.js";
import { createRandom } from "../base/random.js";
import { learningRates } from "../descent/learning-rates.js";
import { LearningStep } from "../descent/learning-step.js";
import { Sgd } from "../descent/optimizers/sgd.js";
import { Engine } from "../passes/engine.js";
import { Passes } from "../passes/passes.js";
import { randomPolicy, type TinyProblem, tinyPerceptron, tinyTransformer } from "../testing/problems.js";
import { areaGradient } from "./costate.js";
import { Trajectory } from "./trajectory.js";

const MEMORY = 2 ** 30;

async function setUp({ model, train, desired, theta }: TinyProblem, steps: number, memory = MEMORY) {
  const engine = new Engine({ model }, { dtype: "float64", threads: 1 });
  const passes = { train: new Passes(engine, train), desired: new Passes(engine, desired) };
  const rate = learningRates(0.5, { warmup: 3 }, () => 1);
  const start = Float64Array.from(theta);
  const N = train.count;
  const process = (policy: Float64Array) => {
    const weights = (t: number) => policy.subarray(t * N, (t + 1) * N);
    const optimizer = new Sgd({ momentum: 0, weightDecay: 0 }, { parameters: start.length, dtype: "float64" });
    const step = new LearningStep({ optimizer, rate, clip: null, diverged: (t) => new Error(`diverged at ${t}`) });
    const trajectory = new Trajectory(
      steps,
      (t, at, next) => step.take(t, at, (gradient) => passes.train.gradient(at, weights(t), gradient), next),
      start,
      memory,
    );
    return { weights, trajectory };
  };
  const area = async (policy: Float64Array) => {
    let total = 0;
    await process(policy).trajectory.learn(async (_, at) => {
      total += (await passes.desired.meanLoss(at)) / steps;
    });
    return total;
  };
  const gradient = async (policy: Float64Array) => {
    const { weights, trajectory } = process(policy);
    await trajectory.learn(async () => {});
    const result = new Float64Array(steps * N);
    const J = await areaGradient(
      { ...passes, steps, rate, weights, trajectory, dtype: "float64" },
      (t: number, row: Floats) => result.set(row, t * N),
    );
    return { J, result, repetitions: trajectory.repetitions };
  };
  return { area, gradient, N, P: start.length };
}

test.each([
  { name: "perceptron", problem: tinyPerceptron(), steps: 6, tolerance: 1e-6 },
  { name: "transformer", problem: tinyTransformer(), steps: 5, tolerance: 1e-5 },
  // So wide that examples without weight are skipped.
  { name: "wider transformer", problem: tinyTransformer({ feedForward: 64 }), steps: 4, tolerance: 1e-5 },
])("the costate of a $name is dJ/dgamma, entry by entry", async ({ problem, steps, tolerance }) => {
  const { area, gradient, N } = await setUp(problem, steps);
  const policy = randomPolicy(steps, N, createRandom(3, "policy"));
  const { J, result } = await gradient(policy);
  expect(J).toBeCloseTo(await area(policy), 12);

  const largest = Math.max(...result.map(Math.abs));
  for (let i = 0; i < policy.length; i++) {
    const h = 1e-4;
    // Fourth-order central differences: a step large enough for J's rounding, a remainder of h^4.
    const at = (shift: number) => area(policy.with(i, policy[i] + shift) as Float64Array);
    const numeric = (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
    expect(Math.abs(result[i] - numeric), `entry ${i}`).toBeLessThan(
      tolerance * Math.max(Math.abs(numeric), 1e-3 * largest),
    );
  }
});

test("a memory budget changes nothing: segments are recomputed bit for bit", async () => {
  const problem = tinyPerceptron();
  const steps = 23;
  const all = await setUp(problem, steps);
  const policy = randomPolicy(steps, all.N, createRandom(4, "policy"));
  const whole = await all.gradient(policy);
  expect(whole.repetitions).toBe(1);
  for (const states of [0, 9, 11, 14]) {
    const { gradient } = await setUp(problem, steps, states * all.P * 8);
    const segmented = await gradient(policy);
    expect(segmented.repetitions).toBeGreaterThan(1);
    expect(segmented.result).toEqual(whole.result);
    expect(segmented.J).toBe(whole.J);
  }
});
