import { expect, test } from "vitest";
import { accelerations, type CostAt, costToReach } from "./cost-to-reach.js";

const at = (step: number, testLoss: number, secondsPerStep = 0.5): CostAt => {
  return { step, tokens: 10 * step, work: step ** 2, seconds: secondsPerStep * step, testLoss };
};

test("between two evaluations every cost lies on a straight line", () => {
  const points = [at(0, 4), at(10, 3), at(20, 1)];
  expect(costToReach(points, 2)).toEqual({ step: 15, tokens: 150, work: 250, seconds: 7.5 });
  expect(costToReach(points, 3.5)).toEqual({ step: 5, tokens: 50, work: 50, seconds: 2.5 });
});

test("a loss that was measured is reached where it was", () => {
  const points = [at(0, 4), at(10, 3), at(20, 1)];
  expect(costToReach(points, 3)).toEqual({ step: 10, tokens: 100, work: 100, seconds: 5 });
  expect(costToReach(points, 1)).toEqual({ step: 20, tokens: 200, work: 400, seconds: 10 });
});

test("the first crossing counts, also where the loss rises again", () => {
  const points = [at(0, 4), at(10, 2), at(20, 3), at(30, 1)];
  expect(costToReach(points, 2.5)).toMatchObject({ step: 7.5 });
  // Flat stretches are no crossing.
  expect(costToReach([at(0, 3), at(10, 3), at(20, 1)], 2)).toMatchObject({ step: 15 });
});

test("a loss below all that were measured is never reached; one above the first is there at once", () => {
  const points = [at(0, 4), at(10, 3)];
  expect(costToReach(points, 2.9)).toBeUndefined();
  expect(costToReach(points, 5)).toEqual({ step: 0, tokens: 0, work: 0, seconds: 0 });
  expect(costToReach([at(7, 4)], 4)).toMatchObject({ step: 7, work: 49 });
});

test("accelerations are what the whole baseline cost over what reaching its final loss did, in every unit", () => {
  const baseline = [at(0, 4), at(20, 3), at(40, 2)];
  const points = [at(0, 4, 2), at(10, 1, 2)];
  const reached = { step: 20 / 3, tokens: 200 / 3, work: 200 / 3, seconds: 40 / 3 };
  expect(costToReach(points, 2)).toEqual({
    ...{ step: expect.closeTo(reached.step, 12), tokens: expect.closeTo(reached.tokens, 12) },
    ...{ work: expect.closeTo(reached.work, 12), seconds: expect.closeTo(reached.seconds, 12) },
  });
  expect(accelerations(points, baseline)).toEqual({
    ...{ steps: expect.closeTo(6, 12), tokens: expect.closeTo(6, 12) },
    ...{ work: expect.closeTo(24, 12), seconds: expect.closeTo(1.5, 12) },
  });
});

test("a training is as fast as itself, and there is no acceleration to a loss that it never reaches", () => {
  const points = [at(0, 4), at(20, 3.5), at(40, 2)];
  expect(accelerations(points, points)).toEqual({ steps: 1, tokens: 1, work: 1, seconds: 1 });
  expect(accelerations(points, [at(0, 4), at(10, 1.9)])).toBeUndefined();
});

test("to a loss that a training had before its first step there is no acceleration", () => {
  expect(accelerations([at(0, 4), at(10, 3)], [at(0, 4), at(10, 9)])).toBeUndefined();
});

test("a baseline that rises, is flat or was there at once makes no measure, and beside itself one has exactly 1", () => {
  for (const losses of [
    [4, 4, 4, 4],
    [4, 1, 2, 3],
    [4, 5, 6, 7],
  ]) {
    const baseline = losses.map((loss, i) => at(10 * i, loss));
    expect(accelerations(baseline, baseline)).toBeUndefined();
    expect(accelerations([at(0, 9), at(10, 0)], baseline)).toBeUndefined();
  }
  const noisy = [at(0, 5), at(10, 4), at(20, 2), at(30, 3)];
  expect(accelerations(noisy, noisy)).toEqual({ steps: 1, tokens: 1, work: 1, seconds: 1 });
});
