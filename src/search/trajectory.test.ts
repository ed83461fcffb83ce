import { expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { learningRates, type StepGradient, Trajectory } from "./trajectory.js";

const STEPS = 17;
const START = Float64Array.of(1, -2, 0.5);
const RATES = learningRates({ steps: STEPS, learningRate: 0.3, warmup: 4 });

/** Depends on the step and on all of theta, so that a state computed from another one shows. */
const gradient: StepGradient = async (t, theta, into) => {
  let sum = 0;
  for (const value of theta) sum += value;
  for (let i = 0; i < theta.length; i++) into[i] = Math.sin(t + i) + theta[i] * 0.1 + sum / (t + 1);
};

/** theta[0] .. theta[T] by the definition: theta[t + 1] = theta[t] - eta[t] gradient. */
async function statesByDefinition(): Promise<Float64Array[]> {
  const states = [START];
  for (let t = 0; t < STEPS; t++) {
    const into = new Float64Array(START.length);
    await gradient(t, states[t], into);
    states.push(states[t].map((value, i) => value - RATES[t] * into[i]));
  }
  return states;
}

test("the learning rate rises linearly over the warm-up and stays", () => {
  expect([...learningRates({ steps: 6, learningRate: 0.4, warmup: 4 })]).toEqual([0.1, 0.2, 0.4 * 0.75, 0.4, 0.4, 0.4]);
  expect([...learningRates({ steps: 3, learningRate: 0.4, warmup: 0 })]).toEqual([0.4, 0.4, 0.4]);
  expect([...learningRates({ steps: 3, learningRate: 0.4, warmup: 1 })]).toEqual([0.4, 0.4, 0.4]);
  // A warm-up longer than the process ends before its rate is reached.
  expect([...learningRates({ steps: 2, learningRate: 0.4, warmup: 8 })]).toEqual([0.05, 0.1]);
});

test("learning visits theta[1] .. theta[T] and leaves the start as it was", async () => {
  const expected = await statesByDefinition();
  const trajectory = new Trajectory(RATES, gradient, START, 2 ** 20);
  const visited: number[] = [];
  await trajectory.learn(async (t, theta) => {
    visited.push(t);
    expect(theta).toEqual(expected[t]);
  });
  expect(visited).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
  expect(START).toEqual(Float64Array.of(1, -2, 0.5));
});

// Memory for all 18 states, for fewer, for the least that can work, and for none.
test.each([18, 12, 10, 9, 8, 0])("with memory for %i states every state is there, in any order", async (states) => {
  const expected = await statesByDefinition();
  const trajectory = new Trajectory(RATES, gradient, START, states * START.byteLength);
  await trajectory.learn(async () => {});
  expect(trajectory.interval === 1).toBe(states === 18);
  const backwards = Array.from({ length: STEPS + 1 }, (_, i) => STEPS - i);
  const shuffled = [...createRandom(1, "order").permutation(STEPS + 1)];
  for (const t of [...backwards, ...shuffled, ...backwards.reverse()])
    expect(await trajectory.at(t), `theta[${t}]`).toEqual(expected[t]);
});

test("no more states are held than the memory has room for, and none is computed twice on the way back", async () => {
  for (const states of [18, 14, 10, 9]) {
    let steps = 0;
    const counted: StepGradient = (t, theta, into) => {
      steps++;
      return gradient(t, theta, into);
    };
    const trajectory = new Trajectory(RATES, counted, START, states * START.byteLength);
    const { interval } = trajectory;
    expect(Math.floor(STEPS / interval) + 1 + interval - 1).toBeLessThanOrEqual(states);
    await trajectory.learn(async () => {});
    for (let t = STEPS; t >= 0; t--) await trajectory.at(t);
    expect(steps).toBeLessThanOrEqual(2 * STEPS);
  }
});

test("learning again, under another gradient, forgets the states of before", async () => {
  let factor = 1;
  const scaled: StepGradient = async (t, theta, into) => {
    await gradient(t, theta, into);
    for (let i = 0; i < into.length; i++) into[i] *= factor;
  };
  const trajectory = new Trajectory(RATES, scaled, START, 9 * START.byteLength);
  const read = async () => {
    const states: Float64Array[] = [];
    await trajectory.learn(async () => {});
    for (let t = STEPS; t >= 0; t--) states.unshift(Float64Array.from(await trajectory.at(t)));
    return states;
  };
  const expected = await statesByDefinition();
  expect(await read()).toEqual(expected);
  factor = -2;
  expect(await read()).not.toEqual(expected);
  factor = 1;
  expect(await read()).toEqual(expected);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  "a gradient of %d is refused with the step it came from",
  async (bad) => {
    const diverging: StepGradient = async (t, _, into) => {
      into.fill(0);
      if (t === 4) into[1] = bad;
    };
    const trajectory = new Trajectory(RATES, diverging, START, 2 ** 20);
    const visited: number[] = [];
    const learned = trajectory.learn(async (t) => {
      visited.push(t);
    });
    await expect(learned).rejects.toThrow(InputError);
    await expect(learned).rejects.toThrow(
      `learning diverged: the parameters are not finite after step 5 of ${STEPS}; lower learning.learningRate`,
    );
    expect(visited).toEqual([1, 2, 3, 4]);
  },
);
