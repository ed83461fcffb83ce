import { describe, expect, test } from "vitest";
import type { LearningProblem } from "../passes/problem.js";
import { type TinyProblem, tinyPerceptron, tinyTransformer } from "../testing/problems.js";
import { LearningProcess } from "./learning-process.js";
import { type Policy, policyRow, uniformPolicy } from "./policy.js";
import { type SearchEpoch, search, searchEpochs } from "./search.js";

const T = 5;
const E = 4;
const exact = { dtype: "float64", threads: 1 } as const;

function problemOf({ model, train, desired, theta }: TinyProblem): LearningProblem {
  const sets = { train, desired, validation: desired, test: desired };
  return { model, ...sets, start: theta, steps: T, learningRate: 0.5, warmup: 2 };
}

const copyOf = (policy: Policy): Policy => ({ ...policy, weights: policy.weights.slice() });

/** The epochs of a search, their policies kept. */
async function epochsOf(problem: LearningProblem, epsilon: number, from?: { epoch: number; policy: Policy }) {
  const epochs: SearchEpoch[] = [];
  for await (const { policy, next, ...measured } of searchEpochs(problem, { ...exact, epochs: E, epsilon, from }))
    epochs.push({ ...measured, policy: copyOf(policy), next: next && copyOf(next) });
  return epochs;
}

/** J and dJ/dgamma[t] for every t, in float64; costate.test.ts holds these to finite differences of J. */
async function gradientOf(problem: LearningProblem, policy: Policy) {
  const process = new LearningProcess(problem, exact);
  const rows: number[][] = [];
  try {
    await process.learn(policy);
    const area = await process.areaGradient((t, gradient) => {
      rows[t] = [...gradient];
    });
    return { area, rows };
  } finally {
    await process.release();
  }
}

/** The nearest point of the simplex by sorting (Held, Wolfe & Crowder 1974), which the search does not do. */
function nearestOnSimplex(row: readonly number[]): number[] {
  let sum = 0;
  let tau = 0;
  for (const [i, value] of row.toSorted((a, b) => b - a).entries()) {
    sum += value;
    if (value > (sum - 1) / (i + 1)) tau = (sum - 1) / (i + 1);
  }
  return row.map((value) => Math.max(0, value - tau));
}

/** Projection(gamma - epsilon dJ). */
async function improved(problem: LearningProblem, policy: Policy, epsilon: number): Promise<number[]> {
  const { rows } = await gradientOf(problem, policy);
  return rows.flatMap((gradient, t) =>
    nearestOnSimplex(gradient.map((slope, n) => policyRow(policy, t)[n] - epsilon * slope)),
  );
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

/** A policy's weights are float32. */
const ROUNDING = 2 ** -23;

describe.each([
  { name: "perceptron", problem: problemOf(tinyPerceptron()), epsilon: 2 },
  { name: "transformer", problem: problemOf(tinyTransformer()), epsilon: 5 },
])("a search over a $name", ({ problem, epsilon }) => {
  test("improves the policy of epoch e to Projection(gamma - epsilon_0 (1 - e/E) dJ), in every epoch", async () => {
    const epochs = await epochsOf(problem, epsilon);
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4]);
    expect(epochs[0].policy).toEqual(uniformPolicy(T, problem.train.count));
    for (const [e, { policy, next }] of epochs.slice(0, E).entries()) {
      expect(next).toEqual(epochs[e + 1].policy);
      const step = epsilon * (1 - e / E);
      expect(largestDifference(next!.weights, await improved(problem, policy, step))).toBeLessThan(ROUNDING);
      // The step of a neighbouring epoch, or one that does not fall, leads elsewhere.
      for (const other of [epsilon * (1 - (e + 1) / E), epsilon * (1 - (e - 1) / E), 2 * step])
        expect(largestDifference(next!.weights, await improved(problem, policy, other))).toBeGreaterThan(
          1e4 * ROUNDING,
        );
    }
    expect(epochs[E].next).toBeUndefined();
    // The projection has something to do: an improvement alone would leave the simplex.
    const last = epochs[E].policy.weights;
    expect(last.filter((weight) => weight === 0).length).toBeGreaterThan(0);
    expect(last.filter((weight) => weight > 0).length).toBeGreaterThan(T);
  });

  test("measures every policy it yields", async () => {
    for (const { policy, area, validationArea, testArea, testCurve } of await epochsOf(problem, epsilon)) {
      expect(area).toBeCloseTo((await gradientOf(problem, policy)).area, 12);
      // All three sets are the desired one here.
      expect(validationArea).toBeCloseTo(area, 12);
      expect(testArea).toBe(validationArea);
      expect(testCurve.reduce((sum, loss) => sum + loss / T, 0)).toBeCloseTo(testArea, 12);
    }
  });

  test("goes on from any epoch as if it had never stopped", async () => {
    const epochs = await epochsOf(problem, epsilon);
    const { seconds: _, ...third } = epochs[3];
    const [first, ...others] = await epochsOf(problem, epsilon, { epoch: 3, policy: copyOf(epochs[3].policy) });
    expect(first).toMatchObject(third);
    expect(others.map(({ policy }) => policy)).toEqual([epochs[4].policy]);
  });
});

test("of a whole search the policy with the smallest validation area is kept", async () => {
  const problem = problemOf(tinyPerceptron());
  const { best, epochs } = await search(problem, { ...exact, epochs: E, epsilon: 2 });
  const areas = epochs.map(({ validationArea }) => validationArea);
  expect(areas).toHaveLength(E + 1);
  expect(best.epoch).toBe(areas.indexOf(Math.min(...areas)));
  const all = await epochsOf(problem, 2);
  expect(best.policy).toEqual(all[best.epoch].policy);
});
