import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LearningProblem } from "../passes/problem.js";
import { type TinyProblem, tinyPerceptron, tinyTransformer } from "../testing/problems.js";
import { Diverged, LearningProcess } from "./learning-process.js";
import { type Policy, policyDefect, policyRow, uniformPolicy } from "./policy.js";
import { type Ending, type SearchEpoch, type SearchOptions, type SearchState, search, searchEpochs } from "./search.js";
import { stepRules } from "./steps/registry.js";

const T = 5;
const E = 4;
const exact = { dtype: "float64", threads: 1 } as const;
const rule = (name: string) => stepRules.choose(name);

function problemOf({ model, train, desired, theta }: TinyProblem, steps = T): LearningProblem {
  const sets = { train, desired, validation: desired, test: desired };
  return { model, ...sets, start: theta, steps, learningRate: 0.5, warmup: 2 };
}

const copyOf = (policy: Policy): Policy => ({ ...policy, weights: policy.weights.slice() });

type Kept = Omit<SearchEpoch, "state"> & { state: SearchState };

/** The epochs of a search, their policies and states copied, and why it ended. */
async function searched(
  problem: LearningProblem,
  options: Omit<SearchOptions, "epochs"> & { epochs?: number },
): Promise<{ epochs: Kept[]; ending: Ending }> {
  const epochs: Kept[] = [];
  const search = searchEpochs(problem, { ...exact, epochs: E, ...options });
  for (;;) {
    const { value, done } = await search.next();
    if (done) return { epochs, ending: value };
    const policy = copyOf(value.policy);
    epochs.push({ ...value, policy, state: { ...structuredClone(value.state()), policy } });
  }
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
  test("by schedule improves the policy of epoch e to Projection(gamma - epsilon_0 (1 - e/E) dJ), in every epoch", async () => {
    const { epochs, ending } = await searched(problem, { epsilon, step: rule("scheduled") });
    expect(ending).toBe("epochs");
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4]);
    expect(epochs[0].policy).toEqual(uniformPolicy(T, problem.train.count));
    for (const [e, { policy }] of epochs.slice(0, E).entries()) {
      const next = epochs[e + 1].policy;
      const step = epsilon * (1 - e / E);
      expect(largestDifference(next.weights, await improved(problem, policy, step))).toBeLessThan(ROUNDING);
      // The step of a neighbouring epoch, or one that does not fall, leads elsewhere.
      for (const other of [epsilon * (1 - (e + 1) / E), epsilon * (1 - (e - 1) / E), 2 * step])
        expect(largestDifference(next.weights, await improved(problem, policy, other))).toBeGreaterThan(1e4 * ROUNDING);
    }
    // The projection has something to do: an improvement alone would leave the simplex.
    const last = epochs[E].policy.weights;
    expect(last.filter((weight) => weight === 0).length).toBeGreaterThan(0);
    expect(last.filter((weight) => weight > 0).length).toBeGreaterThan(T);
  });

  describe.each(stepRules.names)("by %s", (name) => {
    test("measures every policy it yields", async () => {
      const { epochs } = await searched(problem, { epsilon, step: rule(name) });
      for (const { policy, area, validationArea, testArea, testCurve, gap, gapByStretch } of epochs) {
        const { area: J, rows } = await gradientOf(problem, policy);
        expect(area).toBeCloseTo(J, 12);
        // All three sets are the desired one here.
        expect(validationArea).toBeCloseTo(area, 12);
        expect(testArea).toBe(validationArea);
        expect(testCurve.reduce((sum, loss) => sum + loss / T, 0)).toBeCloseTo(testArea, 12);
        const gaps = rows.map((gradient, t) => {
          const mean = gradient.reduce((sum, slope, n) => sum + slope * policyRow(policy, t)[n], 0);
          return mean - Math.min(...gradient);
        });
        expect(gap).toBeCloseTo(
          gaps.reduce((sum, part) => sum + part),
          10,
        );
        gapByStretch.forEach((share, t) => {
          expect(share).toBeCloseTo(gaps[t] / gap, 6);
        });
        expect(policyDefect(policy)).toBeUndefined();
      }
    });

    test.each([1, 2])("goes on from any epoch as if it had never stopped, blocks of %d", async (block) => {
      const options = { epsilon, step: rule(name), block };
      const { epochs } = await searched(problem, options);
      const rest = await searched(problem, { ...options, from: structuredClone(epochs[1].state) });
      const withoutTime = ({ seconds, ...epoch }: Kept) => epoch;
      expect(rest.epochs.map(withoutTime)).toEqual(epochs.slice(2).map(withoutTime));
    });
  });

  test.each(["quasi-newton", "backtracking"])(
    "by %s, J falls with every epoch, and its gap becomes small",
    async (name) => {
      const { epochs } = await searched(problem, { epochs: 25, epsilon, step: rule(name) });
      for (const [e, { area }] of epochs.entries()) if (e > 0) expect(area).toBeLessThan(epochs[e - 1].area);
      expect(epochs.at(-1)!.gap).toBeLessThan(0.1 * epochs[0].gap);
    },
  );

  test("weights of a block are the same in all its steps, and blocks of one step are none", async () => {
    const { epochs } = await searched(problem, { epsilon, block: 2 });
    const { policy } = epochs[E];
    for (const [first, second] of [
      [0, 1],
      [2, 3],
    ])
      expect(policyRow(policy, first)).toEqual(policyRow(policy, second));
    expect(policyRow(policy, 1)).not.toEqual(policyRow(policy, 2));
    expect(policyRow(policy, 3)).not.toEqual(policyRow(policy, 4));
  });
});

test("a step that would diverge, or raise J, is refused and tried again by half; each costs a trajectory", async () => {
  const problem = problemOf(tinyPerceptron());
  const trajectory = 1 + problem.desired.count / (3 * problem.train.count);
  const { epochs } = await searched(problem, { epochs: 25, epsilon: 1, step: rule("backtracking") });
  expect(Math.max(...epochs.map(({ trials }) => trials))).toBeGreaterThan(1);
  const costate = epochs[0].cost - trajectory;
  for (const [e, { trials, cost }] of epochs.entries())
    if (e > 0) expect(cost - epochs[e - 1].cost).toBeCloseTo(trials * trajectory + costate, 10);
});

test("by schedule, learning that diverges is an error", async () => {
  const problem = { ...problemOf(tinyTransformer()), learningRate: 1e30 };
  await expect(searched(problem, { epsilon: 1, step: rule("scheduled") })).rejects.toThrow(Diverged);
});

test("at its optimum the search converges: all examples with weight have the same derivative, the others no less", async () => {
  const problem = problemOf(tinyPerceptron({ train: 5, desired: 40 }), 3);
  const { epochs, ending } = await searched(problem, { epochs: 400, epsilon: 1 });
  expect(ending).toBe("converged");
  const { policy, gap, area } = epochs.at(-1)!;
  expect(gap).toBeLessThan(1e-4 * area);
  const { rows } = await gradientOf(problem, policy);
  for (const [t, gradient] of rows.entries()) {
    const least = Math.min(...gradient);
    const weights = policyRow(policy, t);
    const spread = Math.max(...gradient) - least;
    gradient.forEach((slope, n) => {
      if (weights[n] > 0.01) expect(slope - least).toBeLessThan(0.02 * spread + 1e-6);
    });
  }
  // No other policy is better, as far as straight lines to many of them tell.
  const process = new LearningProcess(problem, exact);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 3 }), async (corner) => {
      const other = copyOf(policy);
      for (const [t, n] of corner.entries())
        policyRow(other, t).forEach((weight, i, row) => {
          row[i] = 0.99 * weight + (i === n ? 0.01 : 0);
        });
      const { desired } = await process.learn(other, { desired: true });
      expect(desired.reduce((sum, loss) => sum + loss / 3, 0)).toBeGreaterThan(area - 1e-7);
    }),
    { numRuns: 10 },
  );
  await process.release();
});

test("ends where the gap is small enough, or the validation area has not fallen for long", async () => {
  const problem = problemOf(tinyPerceptron());
  const { epochs } = await searched(problem, { epochs: 30, epsilon: 2 });
  const enough = epochs[10].gap;
  const byGap = await searched(problem, { epochs: 30, epsilon: 2, gap: enough });
  expect(byGap.ending).toBe("gap");
  expect(byGap.epochs).toHaveLength(1 + epochs.findIndex(({ gap }) => gap <= enough));
  // Validation examples of which the search does the opposite.
  const opposed = { ...problem, validation: problem.train, train: problem.desired };
  const byPatience = await searched(opposed, { epochs: 30, epsilon: 2, patience: 3 });
  const best = byPatience.epochs.reduce((best, epoch) => (epoch.validationArea < best.validationArea ? epoch : best));
  expect(byPatience.ending).toBe("patience");
  expect(byPatience.epochs.at(-1)!.epoch).toBe(best.epoch + 3);
});

test("an epoch sees a part of the desired examples, another one in the next, the same for the same seed", async () => {
  const problem = problemOf(tinyPerceptron({ desired: 20 }));
  const options = { epsilon: 0.5, step: rule("backtracking"), desiredShare: 0.25 };
  const first = await searched(problem, { ...options, seed: 1 });
  expect(await areasOf(problem, { ...options, seed: 1 })).toEqual(first.epochs.map(({ area }) => area));
  expect(await areasOf(problem, { ...options, seed: 2 })).not.toEqual(first.epochs.map(({ area }) => area));
  // Of conventional learning, the area on the part of epoch 0 is not that on all.
  const [{ area, validationArea }] = first.epochs;
  expect(Math.abs(area - validationArea)).toBeGreaterThan(1e-4);
});

const areasOf = async (problem: LearningProblem, options: Omit<SearchOptions, "epochs">) =>
  (await searched(problem, options)).epochs.map(({ area }) => area);

test("of a whole search the policy with the smallest validation area is kept", async () => {
  const problem = problemOf(tinyPerceptron());
  const { best, epochs, ending } = await search(problem, { ...exact, epochs: E, epsilon: 2 });
  expect(ending).toBe("epochs");
  const areas = epochs.map(({ validationArea }) => validationArea);
  expect(areas).toHaveLength(E + 1);
  expect(best.epoch).toBe(areas.indexOf(Math.min(...areas)));
  const { epochs: all } = await searched(problem, { epsilon: 2 });
  expect(best.policy).toEqual(all[best.epoch].policy);
});
