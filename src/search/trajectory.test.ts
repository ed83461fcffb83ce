import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { learningRates } from "../descent/learning-rates.js";
import { type TakeStep, Trajectory } from "./trajectory.js";

const STEPS = 17;
const START = Float64Array.of(1, -2, 0.5);
const rate = learningRates(0.3, { warmup: 4 }, () => 1);

/** Depends on the step and on all of theta, so that a state computed from another one shows. */
const takeStep: TakeStep = async (t, theta, next) => {
  let sum = 0;
  for (const value of theta) sum += value;
  for (let i = 0; i < theta.length; i++)
    next[i] = theta[i] - rate(t) * (Math.sin(t + i) + theta[i] * 0.1 + sum / (t + 1));
};

/** theta[0] .. theta[T], one after the other. */
async function statesByDefinition(): Promise<Float64Array[]> {
  const states = [START];
  for (let t = 0; t < STEPS; t++) {
    const next = new Float64Array(START.length);
    await takeStep(t, states[t], next);
    states.push(next);
  }
  return states;
}

test("learning visits theta[1] .. theta[T] and leaves the start as it was", async () => {
  const expected = await statesByDefinition();
  const trajectory = new Trajectory(STEPS, takeStep, START, 2 ** 20);
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
  const trajectory = new Trajectory(STEPS, takeStep, START, states * START.byteLength);
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
    const counted: TakeStep = (t, theta, next) => {
      steps++;
      return takeStep(t, theta, next);
    };
    const trajectory = new Trajectory(STEPS, counted, START, states * START.byteLength);
    const { interval } = trajectory;
    expect(Math.floor(STEPS / interval) + 1 + interval - 1).toBeLessThanOrEqual(states);
    await trajectory.learn(async () => {});
    for (let t = STEPS; t >= 0; t--) await trajectory.at(t);
    expect(steps).toBeLessThanOrEqual(2 * STEPS);
  }
});

test("learning again, by other steps, forgets the states of before", async () => {
  let factor = 1;
  const scaled: TakeStep = async (t, theta, next) => {
    await takeStep(t, theta, next);
    for (let i = 0; i < next.length; i++) next[i] = theta[i] + factor * (next[i] - theta[i]);
  };
  const trajectory = new Trajectory(STEPS, scaled, START, 9 * START.byteLength);
  const read = async () => {
    const states: Float64Array[] = [];
    await trajectory.learn(async () => {});
    for (let t = STEPS; t >= 0; t--) states.unshift(Float64Array.from(await trajectory.at(t)));
    return states;
  };
  const expected = await statesByDefinition();
  const again = await read();
  for (const [t, state] of again.entries())
    for (const [i, value] of state.entries()) expect(value).toBeCloseTo(expected[t][i], 12);
  factor = -2;
  expect(await read()).not.toEqual(again);
  factor = 1;
  expect(await read()).toEqual(again);
});
