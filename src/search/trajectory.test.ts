import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { learningRates } from "../descent/learning-rates.js";
import { FEWEST_STATES, type TakeStep, Trajectory } from "./trajectory.js";

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
  expect(trajectory.repetitions === 1).toBe(states === 18);
  const backwards = Array.from({ length: STEPS + 1 }, (_, i) => STEPS - i);
  const shuffled = [...createRandom(1, "order").permutation(STEPS + 1)];
  for (const t of [...backwards, ...shuffled, ...backwards.reverse()])
    expect(await trajectory.at(t), `theta[${t}]`).toEqual(expected[t]);
});

/** The steps that are taken, and the arrays that they are written into. */
async function readBackwards(steps: number, states: number) {
  let taken = 0;
  const arrays = new Set<unknown>([START]);
  const counted: TakeStep = async (_, theta, next) => {
    taken++;
    arrays.add(next);
    next[0] = theta[0] + 1;
  };
  const start = START.map((_, i) => (i === 0 ? 0 : START[i]));
  const trajectory = new Trajectory(steps, counted, start, states * START.byteLength);
  await trajectory.learn(async () => {});
  for (let t = steps; t >= 0; t--) expect((await trajectory.at(t))[0]).toBe(t);
  return { taken, states: arrays.size, repetitions: trajectory.repetitions };
}

test("no more states are held than the memory has room for, and none is computed twice on the way back", async () => {
  for (const states of [18, 14, 10, 9]) {
    const read = await readBackwards(STEPS, states);
    expect(read.states).toBeLessThanOrEqual(states);
    expect(read.taken).toBeLessThanOrEqual(2 * STEPS);
  }
});

test("where two levels do not fit, states are computed again in as many as it takes, and no more are held", async () => {
  // 4,000 steps took 126 states before; the fewest now are 5.
  for (const [states, repetitions] of [
    [89, 2],
    [40, 3],
    [14, 5],
    [FEWEST_STATES, 16],
  ]) {
    const read = await readBackwards(4000, states);
    expect(read.states).toBeLessThanOrEqual(states);
    expect(read.repetitions).toBe(repetitions);
    expect(read.taken).toBeLessThanOrEqual(repetitions * 4000);
  }
});

test("steps are as few as any choice of kept states can make them", async () => {
  // By dynamic programming over the place of the first kept state: the steps taken from a state that is there to read d
  // states behind it, the farthest first, with `room` states.
  const known = new Map<string, number>();
  const fewest = (d: number, room: number): number => {
    if (d <= 1) return Math.max(d, 0);
    if (room === 0) return (d * (d + 1)) / 2;
    const key = `${d} ${room}`;
    if (!known.has(key)) {
      let least = Number.POSITIVE_INFINITY;
      for (let m = 1; m < d; m++) least = Math.min(least, m + fewest(d - m, room - 1) + fewest(m - 1, room));
      known.set(key, least);
    }
    return known.get(key)!;
  };
  for (const steps of [1, 2, 3, 7, 17, 40])
    for (const room of [0, 1, 2, 3, 5, 9, 40])
      expect((await readBackwards(steps, room + 2)).taken, `${steps} ${room}`).toBe(fewest(steps, room));
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
