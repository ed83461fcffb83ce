import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import type { TrainingProblem } from "../../passes/problem.js";
import { TestPasses } from "../../testing/passes.js";
import { tinyPerceptron, tinyTransformer } from "../../testing/problems.js";
import { Training } from "../../training/training.js";
import type { TrainingSettings } from "../../training/training-settings.js";
import { OppositionMeter } from "./gradient-opposition.js";
import { InterferenceMeter } from "./interference-meter.js";
import { destructiveInterference, lossChanges } from "./loss-changes.js";
import { eventsOf, type MeasureInterferenceOptions, measureInterference } from "./measure-interference.js";

const changes = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 50 });
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const absoluteSum = (values: readonly number[]) => sum(values.map(Math.abs));

describe("changes of losses", () => {
  test("|mean| = M (1 - D), to rounding", () => {
    fc.assert(
      fc.property(changes, (values) => {
        const { interference, magnitude, mean } = lossChanges(new Float64Array(values.length), values);
        if (interference === null) expect(values.every((value) => value === 0)).toBe(true);
        else {
          expect(interference).toBeGreaterThanOrEqual(0);
          expect(interference).toBeLessThanOrEqual(1);
          expect(Math.abs(Math.abs(mean) - magnitude * (1 - interference))).toBeLessThanOrEqual(
            1e-15 * values.length * magnitude,
          );
        }
      }),
    );
  });

  test("interfere not at all in one direction, and wholly where they cancel", () => {
    expect(destructiveInterference([-1, -3, 0])).toBe(0);
    expect(destructiveInterference([2, -1, -1])).toBe(1);
    expect(destructiveInterference([3, -1])).toBe(0.5);
    expect(destructiveInterference([0, 0])).toBeNull();
    // Four tokens, of six places.
    expect(lossChanges([1, 2, 3, 0, 4, 0], [2, 1, 1, 0, 4, 0], 4)).toEqual({
      interference: 0.5,
      magnitude: 1,
      mean: -0.5,
    });
  });
});

describe("opposed gradients", () => {
  const { model } = tinyPerceptron({ dimension: 4 });
  const P = 4;

  test("are, along one index and of its sums, opposed as along the other: both leave |sum_ij p_ij|", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, tokens) => {
        const random = createRandom(seed, "opposition");
        const update = Float64Array.from({ length: P }, random.normal);
        const meter = new OppositionMeter(model, update);
        for (let i = 0; i < tokens; i++) meter.add(Float64Array.from(update, random.normal));
        const { alongTokens, ofParameterSums, alongParameters, ofTokenSums } = meter.result();
        const left = (1 - alongTokens!) * (1 - ofParameterSums!);
        expect((1 - alongParameters!) * (1 - ofTokenSums!)).toBeCloseTo(left, 12);
      }),
    );
  });

  test("are none of one token; no interference where the update is 0, and no opposition where gradients are", () => {
    const meter = new OppositionMeter(model, new Float64Array(P));
    meter.add(Float64Array.of(1, -1, 2, 0));
    expect(meter.result()).toMatchObject({ tokens: 1, alongTokens: null, ofTokenSums: null, opposition: 1 });
    expect(new OppositionMeter(model, new Float64Array(P)).result()).toMatchObject({ tokens: 0, opposition: null });
  });
});

const settings: TrainingSettings = {
  ...{ optimizer: { name: "adamw", beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }, schedule: { name: "constant" } },
  ...{ learningRate: 0.01, steps: 9, warmup: 0, batch: 2, accumulate: 1, clip: 1, average: null },
  ...{ evaluateEvery: 9, checkpointEvery: 9, seed: 1 },
};
const resources = { dtype: "float64", threads: 1 } as const;

function problemOf({ model, train, desired, theta }: ReturnType<typeof tinyTransformer>): TrainingProblem {
  return { model, train, desired, validation: desired, test: desired, start: theta };
}

/** Measures interference of a training of 9 steps. */
async function measured(
  problem: TrainingProblem,
  steps: readonly number[],
  { examples = 99, tokens = 99, ...options }: { examples?: number; tokens?: number } & MeasureInterferenceOptions = {},
) {
  const training = new Training(problem, settings, resources);
  const meter = new InterferenceMeter(problem, { examples, tokens, seed: 3 }, resources);
  try {
    return await measureInterference(training, meter, steps, settings.steps, options);
  } finally {
    await training.release();
    await meter.release();
  }
}

/** theta[0], theta[1], .. of the same training. */
async function trajectory(problem: TrainingProblem): Promise<Float64Array[]> {
  const training = new Training(problem, settings, resources);
  const thetas = [Float64Array.from(training.theta)];
  while (training.steps < settings.steps) {
    await training.step();
    thetas.push(Float64Array.from(training.theta));
  }
  await training.release();
  return thetas;
}

const problems = {
  // Of its six examples three are padded.
  transformer: {
    problem: problemOf(tinyTransformer()),
    tokensOf: (row: bigint[]) => row.slice(1).flatMap((id, s) => (id > 0n ? [s] : [])),
  },
  perceptron: { problem: problemOf(tinyPerceptron()), tokensOf: () => [0] },
};

test.each(Object.entries(problems))(
  "of a %s it is that of the explicit gradients of all tokens",
  async (_, { problem, tokensOf }) => {
    const t = 3;
    const thetas = await trajectory(problem);
    const [found] = await measured(problem, [t]);
    const passes = new TestPasses(problem.model);
    const S = problem.model.fields.tokens === undefined ? 1 : problem.model.fields.tokens.shape[0] - 1;

    const explicit = async (set: TrainingProblem["train"]) => {
      const over = passes.over(set);
      const gradients: Float64Array[] = [];
      const losses: number[][] = [];
      for (let n = 0; n < set.count; n++) {
        const row = Array.from((set.fields.tokens?.data ?? []) as BigInt64Array).slice(n * (S + 1), (n + 1) * (S + 1));
        const places = tokensOf(row);
        const atToken = async (s: number, theta: Float64Array) => {
          const gradient = new Float64Array(theta.length);
          await over.tokenGradient(
            theta,
            Int32Array.of(n),
            Float64Array.from({ length: S }, (_, i) => Number(i === s)),
            gradient,
          );
          return gradient;
        };
        for (const s of places) gradients.push(await atToken(s, thetas[t]));
        const lossesAt = async (theta: Float64Array) => {
          const all = new Float64Array(set.count * S);
          await over.tokenLosses(theta, all);
          return places.map((s) => all[n * S + s]);
        };
        const at = [await lossesAt(thetas[t]), await lossesAt(thetas[t + 1]), await lossesAt(thetas[2 * t])];
        // They are losses: their mean is the example's.
        const whole = await passes.lossesOf(over, thetas[t], Int32Array.of(n));
        expect(sum(at[0]) / places.length).toBeCloseTo(whole[0], 12);
        for (const i of places.keys()) losses.push(at.map((values) => values[i]));
      }
      return { gradients, losses };
    };

    const close = (actual: number | null, expected: number) =>
      expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected));
    const train = await explicit(problem.train);
    const sets = { train: train.losses, unseen: (await explicit(problem.test)).losses };
    for (const set of ["train", "unseen"] as const) {
      close(found.loss[set], sum(sets[set].map(([here]) => here)) / sets[set].length);
      for (const [change, at] of [
        [found.next[set], 1],
        [found.doubled![set], 2],
      ] as const) {
        const deltas = sets[set].map((losses) => losses[at] - losses[0]);
        close(change.mean, sum(deltas) / deltas.length);
        close(change.magnitude, absoluteSum(deltas) / deltas.length);
        close(1 - change.interference!, Math.abs(sum(deltas)) / absoluteSum(deltas));
      }
    }

    const delta = thetas[t].map((value, j) => thetas[t + 1][j] - value);
    const p = train.gradients.map((gradient) => Array.from(gradient, (g, j) => g * delta[j]));
    const columns = Array.from(delta, (_, j) => p.map((row) => row[j]));
    const all = absoluteSum(p.flat());
    const { gradients } = found;
    expect(gradients!.tokens).toBe(train.gradients.length);
    close(1 - gradients!.alongTokens!, absoluteSum(columns.map(sum)) / all);
    close(1 - gradients!.alongParameters!, absoluteSum(p.map(sum)) / all);
    close(1 - gradients!.ofTokenSums!, Math.abs(sum(p.flat())) / absoluteSum(p.map(sum)));
    close(1 - gradients!.ofParameterSums!, Math.abs(sum(p.flat())) / absoluteSum(columns.map(sum)));
    let start = 0;
    for (const [k, { name, shape }] of problem.model.parameters.entries()) {
      const end = start + shape.reduce((product, size) => product * size, 1);
      const of = Array.from({ length: end - start }, (_, j) => train.gradients.map((gradient) => gradient[start + j]));
      expect(gradients!.layers[k].name).toBe(name);
      close(gradients!.layers[k].opposition, absoluteSum(of.map(sum)) / sum(of.map(absoluteSum)));
      start = end;
    }
    await passes.release();
  },
);

describe("along a process", () => {
  const { problem } = problems.perceptron;
  const steps = [0, 1, 2, 4, 5];

  test("every step has the change to the next, and to twice itself where the process comes so far", async () => {
    const found = await measured(problem, steps, { tokens: 0 });
    expect(found.map(({ step }) => step)).toEqual(steps);
    expect(found.map(({ doubled }) => doubled !== null)).toEqual([false, true, true, true, false]);
    expect(found.every(({ gradients }) => gradients === null)).toBe(true);
    // To step 1 and to twice step 1 are the same.
    expect(found[1].doubled).toEqual(found[1].next);
  });

  test("goes on from what is known as if it had never stopped", async () => {
    const known = new Map<number, NonNullable<ReturnType<NonNullable<MeasureInterferenceOptions["known"]>>>>();
    const whole = await measured(problem, steps, {
      examples: 2,
      onMeasured: (measured, losses) => known.set(measured.step, { measured, losses }),
    });
    const arrivals: number[] = [];
    // Of step 4 only the change to step 8 is to come; step 5 is not known.
    const four = { ...known.get(4)!.measured, doubled: null };
    const losses = await lossesAt(problem, 4);
    const again = await measured(problem, steps, {
      examples: 2,
      known: (step) => (step === 5 ? undefined : step === 4 ? { measured: four, losses } : known.get(step)),
      onArrival: (step) => arrivals.push(step),
    });
    expect(arrivals).toEqual([5, 8]);
    expect(again).toEqual(whole);
  });

  async function lossesAt(problem: TrainingProblem, t: number) {
    const meter = new InterferenceMeter(problem, { examples: 2, tokens: 99, seed: 3 }, resources);
    const losses = await meter.losses((await trajectory(problem))[t]);
    await meter.release();
    return losses;
  }

  test("stops where something is to be measured, and nowhere else", () => {
    const nothing = () => undefined;
    expect(eventsOf([0, 3, 4], 7, nothing)).toEqual([0, 3, 4, 6]);
    expect(eventsOf([0, 3, 4], 8, nothing)).toEqual([0, 3, 4, 6, 8]);
  });
});
