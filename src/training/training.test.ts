import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import type { Examples } from "../data/examples.js";
import { scheduledRates } from "../descent/learning-rates.js";
import { parameterCount } from "../models/model.js";
import { Engine } from "../passes/engine.js";
import { Passes } from "../passes/passes.js";
import type { TrainingProblem } from "../passes/problem.js";
import { LearningProcess } from "../search/learning-process.js";
import { uniformPolicy } from "../search/policy.js";
import { randomPolicy, type TinyProblem, tinyPerceptron, tinyTransformer } from "../testing/problems.js";
import type { Evaluation } from "./evaluator.js";
import { MiniBatches } from "./mini-batches.js";
import { type TrainingOptions, train } from "./train.js";
import { Training, type TrainingState } from "./training.js";
import type { TrainingSettings } from "./training-settings.js";
import { createPolicy } from "./weighting/create-policy.js";
import { HighestLoss } from "./weighting/highest-loss.js";
import { Law } from "./weighting/law.js";
import type { OnlinePolicy } from "./weighting/online-policy.js";
import { weightings } from "./weighting/registry.js";
import { Searched } from "./weighting/searched.js";

const SETTINGS: TrainingSettings = {
  ...{ optimizer: { name: "adamw", weightDecay: 0.1, beta1: 0.9, beta2: 0.99 }, schedule: { name: "cosine" } },
  ...{ learningRate: 0.05, batch: 4, accumulate: 1, warmup: 3, clip: 1, average: null },
  ...{ evaluateEvery: 5, checkpointEvery: 4, steps: 13, seed: 3 },
};

const rate = scheduledRates(SETTINGS.schedule, { ...SETTINGS, length: 1 });
const momentum = { name: "sgd", momentum: 0.9, weightDecay: 0 };
const descent = { optimizer: { name: "sgd", momentum: 0, weightDecay: 0 }, clip: null, schedule: { name: "constant" } };

function problemOf({ model, train, desired, theta }: TinyProblem): TrainingProblem {
  return { model, train, desired, validation: desired, test: desired, start: theta };
}

function twice({ count, fields }: Examples): Examples {
  const doubled = Object.entries(fields).map(([name, { data, rowShape }]) => {
    return [name, { data: Float32Array.from([...data, ...data], Number), rowShape }];
  });
  return { count: 2 * count, fields: Object.fromEntries(doubled) };
}

/** Everything that a training shows, copied. */
async function run(problem: TrainingProblem, changes: Partial<TrainingSettings> = {}, options: TrainingOptions = {}) {
  const evaluations: Evaluation[] = [];
  const checkpoints: TrainingState[] = [];
  const final = await train(
    problem,
    { ...SETTINGS, ...changes },
    {
      threads: 1,
      onEvaluation: (evaluation) => evaluations.push(evaluation),
      onCheckpoint: (state) => checkpoints.push(structuredClone(state)),
      ...options,
    },
  );
  return { evaluations, checkpoints, final };
}

const perceptron = problemOf(tinyPerceptron({ train: 10 }));
const transformer = problemOf(tinyTransformer({ train: 10 }));

test("with whole batches, plain SGD and a constant rate it is full-batch gradient descent", async () => {
  const problem = { ...tinyTransformer(), ...transformer };
  const steps = 6;
  const process = new LearningProcess({ ...problem, steps, learningRate: 0.3, warmup: 2 }, { threads: 1 });
  const { test: curve } = await process.learn(uniformPolicy(steps, 10));
  await process.release();
  const { evaluations } = await run(problem, {
    ...descent,
    ...{ learningRate: 0.3, warmup: 2, batch: 10, steps, evaluateEvery: 1 },
  });
  expect(evaluations.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const { step, testLoss } of evaluations.slice(1)) expect(testLoss / curve[step - 1]).toBeCloseTo(1, 5);
});

test("steps are those of the formulas: mean gradient of the batch, clipped, momentum, rate", async () => {
  const settings = { optimizer: momentum, clip: 0.05, batch: 7, accumulate: 1 };
  const { checkpoints } = await run(perceptron, { ...settings, checkpointEvery: 1 }, { dtype: "float64" });

  const engine = new Engine(perceptron, { dtype: "float64", threads: 1 });
  const passes = new Passes(engine, perceptron.train);
  const batches = new MiniBatches(10, 7, SETTINGS.seed);
  const P = parameterCount(perceptron.model);
  const theta = Float64Array.from(perceptron.start);
  const velocity = new Float64Array(P);
  for (const { step, theta: trained } of checkpoints) {
    const weights = new Float64Array(10);
    for (const n of batches.rows(step - 1)) weights[n] += 1 / 7;
    const gradient = new Float64Array(P);
    await passes.gradient(theta, weights, gradient);
    const shrink = Math.min(1, 0.05 / Math.hypot(...gradient));
    for (let i = 0; i < P; i++) {
      velocity[i] = 0.9 * velocity[i] + shrink * gradient[i];
      theta[i] -= rate(step - 1) * velocity[i];
      expect(trained[i]).toBeCloseTo(theta[i], 12);
    }
  }
  expect(checkpoints.length).toBe(13);
  await engine.release();
});

test("parts of a batch give the gradient of the whole, to rounding", async () => {
  const { final } = await run(transformer, {}, { dtype: "float64" });
  const inParts = await run(transformer, { accumulate: 2 }, { dtype: "float64" });
  // Adam divides by roots: rounding of a gradient near 0 may show.
  for (const [i, value] of final.theta.entries()) expect(inParts.final.theta[i]).toBeCloseTo(value, 7);
  expect(inParts.final.theta).not.toEqual(final.theta);
});

describe.each([
  ["adamw", { average: 0.8 }],
  ["sgd", { optimizer: momentum, learningRate: 0.2 }],
])("%s", (_, changes) => {
  test("the loss falls", async () => {
    const memorised = { ...transformer, test: transformer.train };
    const { evaluations } = await run(memorised, { ...changes, steps: 40 });
    expect(evaluations.at(-1)!.testLoss).toBeLessThan(evaluations[0].testLoss - 0.3);
  });

  test("going on from any checkpoint gives the same numbers, bit for bit", async () => {
    const whole = await run(transformer, changes);
    expect(whole.checkpoints.map(({ step }) => step)).toEqual([4, 8, 12, 13]);
    for (const from of whole.checkpoints) {
      const resumed = await run(transformer, changes, { from });
      expect(resumed.final).toEqual(whole.final);
      expect(resumed.evaluations).toEqual(whole.evaluations.filter(({ step }) => step > from.step));
      expect(resumed.checkpoints).toEqual(whole.checkpoints.filter(({ step }) => step > from.step));
    }
  });

  test("aborted before there is anything to show, it ends at its next batch", async () => {
    for (const after of [1, 2]) {
      const controller = new AbortController();
      let batches = 0;
      const aborted = run(
        transformer,
        {},
        {
          signal: controller.signal,
          onBatch: () => ++batches === after && controller.abort(new Error("enough")),
          onCheckpoint: () => expect.unreachable(),
        },
      );
      await expect(aborted).rejects.toThrow("enough");
      expect(batches).toBe(after);
    }
  });

  test("aborted, it shows where it stands and throws; from there it ends as if nothing had been", async () => {
    const whole = await run(transformer, changes);
    const controller = new AbortController();
    const checkpoints: TrainingState[] = [];
    const aborted = run(transformer, changes, {
      signal: controller.signal,
      onStep: (step) => step === 6 && controller.abort(new Error("enough")),
      onCheckpoint: (state) => checkpoints.push(structuredClone(state)),
    });
    await expect(aborted).rejects.toThrow("enough");
    expect(checkpoints.map(({ step }) => step)).toEqual([4, 6]);
    expect((await run(transformer, changes, { from: checkpoints[1] })).final).toEqual(whole.final);
  });
});

test("evaluations count the tokens that are not padding, and name the rate of the last step", async () => {
  const { evaluations } = await run(transformer);
  expect(evaluations.map(({ step }) => step)).toEqual([0, 5, 10, 13]);
  const tokens = transformer.train.fields.tokens.data as BigInt64Array;
  const targets = (n: number) => tokens.subarray(n * 6 + 1, n * 6 + 6).filter((id) => id !== 0n).length;
  const batches = new MiniBatches(10, 4, SETTINGS.seed);
  for (const { step, tokens, learningRate } of evaluations) {
    let seen = 0;
    for (let t = 0; t < step; t++) for (const n of batches.rows(t)) seen += targets(n);
    expect(tokens).toBe(seen);
    expect(learningRate).toBe(step === 0 ? 0 : rate(step - 1));
  }
  expect((await run(perceptron)).evaluations.at(-1)!.tokens).toBe(13 * 4);
});

test("with a moving average that is what is evaluated, and learning goes on as without", async () => {
  const plain = await run(perceptron, { checkpointEvery: 1 });
  const averaged = await run(perceptron, { checkpointEvery: 1, average: 0.5 });
  expect(averaged.final.theta).toEqual(plain.final.theta);
  expect(averaged.evaluations[0]).toEqual(plain.evaluations[0]);
  const engine = new Engine(perceptron, { threads: 1 });
  const passes = new Passes(engine, perceptron.test);
  for (const { step, testLoss } of averaged.evaluations.slice(1)) {
    const { theta, average } = averaged.checkpoints[step - 1];
    expect(testLoss).toBe(await passes.meanLoss(average!));
    expect(average).not.toEqual(theta);
  }
  await engine.release();
});

test.each([
  ["no policy", undefined],
  ["a policy that measures before", new HighestLoss()],
  ["a policy that measures after", new Law({ examples: 10, batch: 4, seed: 1 })],
])("a rate under which learning diverges is refused with the step, under %s", async (_, policy) => {
  const changes = { optimizer: momentum, learningRate: 1e9, clip: null, steps: 40 };
  const diverging = run(transformer, { ...changes, evaluateEvery: 40 }, { policy });
  await expect(diverging).rejects.toThrow(InputError);
  await expect(diverging).rejects.toThrow(
    /^training diverged: the (parameters|loss|losses of a batch) (are|is) not finite after step \d+; lower training.learningRate or lengthen training.warmup$/,
  );
});

describe("under a policy", () => {
  // Both halves of its desired set are the same, so that they agree and the law moves weights.
  const tiny = tinyPerceptron({ train: 10 });
  const agreeing = problemOf({ ...tiny, desired: twice(tiny.desired) });
  const batch = 60;
  const searched = (steps: number): OnlinePolicy => {
    const weights = Float32Array.from(randomPolicy(steps, 10, createRandom(4, "searched")));
    return new Searched({ steps, examples: 10, weights });
  };
  const created = async (name: string) =>
    (await createPolicy({ name }, agreeing, { ...SETTINGS, batch }, { threads: 1 })).policy;
  const policies: Record<string, () => Promise<OnlinePolicy>> = Object.fromEntries(
    weightings.names.map((name) => [name, name === "searched" ? async () => searched(13) : () => created(name)]),
  );
  const finals = new Map<string, TrainingState>();

  test.each(Object.entries(policies))(
    "%s, going on from any checkpoint gives the same numbers, bit for bit",
    async (name, policy) => {
      const changes = { average: 0.8, accumulate: 2, batch };
      const whole = await run(agreeing, changes, { policy: await policy() });
      finals.set(name, whole.final);
      for (const from of whole.checkpoints) {
        const resumed = await run(agreeing, changes, { from, policy: await policy() });
        expect(resumed.final).toEqual(whole.final);
        expect(resumed.evaluations).toEqual(whole.evaluations.filter(({ step }) => step > from.step));
        expect(resumed.checkpoints).toEqual(whole.checkpoints.filter(({ step }) => step > from.step));
      }
    },
  );

  test("of every name it ends elsewhere", () => {
    const ends = new Map(Array.from(finals, ([name, { theta }]) => [name, theta.join()]));
    expect(ends.size).toBe(weightings.names.length);
    // There are no words here to tell examples by.
    expect(ends.get("density-ratio")).toBe(ends.get("uniform"));
    expect(new Set(ends.values()).size).toBe(ends.size - 1);
  });

  test("that was searched and is uniform, it is conventional training", async () => {
    const policy = new Searched(uniformPolicy(13, 10));
    const [{ final }, uniform] = [await run(transformer, {}, { policy }), await run(transformer)];
    for (const [i, value] of uniform.final.theta.entries()) expect(final.theta[i]).toBeCloseTo(value, 6);
    expect(final.weighting).toEqual(uniform.final.weighting);
  });

  test("that was searched, whole batches and plain SGD are full-batch gradient descent under it", async () => {
    const steps = 6;
    const problem = { ...transformer, steps, learningRate: 0.3, warmup: 2 };
    const weights = Float32Array.from(randomPolicy(steps, 10, createRandom(5, "searched")));
    const policy = { steps, examples: 10, weights };
    const process = new LearningProcess(problem, { threads: 1, dtype: "float64" });
    const { test: curve } = await process.learn(policy);
    const { test: conventional } = await process.learn(uniformPolicy(steps, 10));
    await process.release();
    const rates = { learningRate: 0.3, warmup: 2, batch: 10, steps, evaluateEvery: 1 };
    const { evaluations } = await run(
      problem,
      { ...descent, ...rates },
      { policy: new Searched(policy), dtype: "float64" },
    );
    expect(evaluations.length).toBe(7);
    // The policy's weights are float32: their sums are 1 to 1e-7, and here they are scaled.
    for (const { step, testLoss } of evaluations.slice(1)) expect(testLoss / curve[step - 1]).toBeCloseTo(1, 7);
    expect(Math.abs(curve[5] / conventional[5] - 1)).toBeGreaterThan(1e-4);
  });

  test("evaluations say what it cost, measuring included: each batch of uniform training is B gradients", async () => {
    const uniform = await run(perceptron);
    expect(uniform.evaluations.map(({ work }) => work)).toEqual([0, 20, 40, 52]);
    // A forward pass for each loss, and a gradient for each of the half that is kept.
    const policy = await policies["highest-loss"]();
    const highest = await run(perceptron, {}, { policy });
    for (const [i, step] of [0, 5, 10, 13].entries())
      expect(highest.evaluations[i].work).toBeCloseTo(step * (4 / 3 + 2), 9);
  });
});

describe("under a policy that draws its own batches", () => {
  // Half of the examples count up, as the desired text does, and half count down.
  const { model, theta } = tinyTransformer({ vocabulary: 12, length: 7 });
  const random = createRandom(6, "counting");
  const counting = (count: number, step: (n: number) => number): Examples => {
    const data = Array.from({ length: count }, (_, n) => {
      const first = random.integer(11);
      return Array.from({ length: 8 }, (_, i) => BigInt(1 + ((first + (i + 1) * step(n)) % 11)));
    });
    return { count, fields: { tokens: { data: BigInt64Array.from(data.flat()), rowShape: [8] } } };
  };
  const up = () => counting(40, () => 1);
  const problem: TrainingProblem = {
    ...{ model, start: theta, train: counting(16, (n) => (n % 2 === 0 ? 1 : 10)) },
    ...{ desired: up(), validation: up(), test: up() },
  };
  const settings = { ...SETTINGS, batch: 4 };
  const policy = async (name: string, batch = 4) =>
    (await createPolicy({ name }, problem, { ...settings, batch }, { threads: 1 })).policy;

  test.each(["law", "density-ratio"])(
    "%s, it learns from what it believes, and goes on from any checkpoint bit for bit",
    async (name) => {
      const whole = await run(problem, settings, { policy: await policy(name) });
      const { "tally.draws": draws, "policy.weights": weights } = whole.final.weighting;
      for (let n = 0; n < 16; n++) {
        expect(draws[n] > 0).toBe(n % 2 === 0);
        if (n % 2 === 1) expect(weights[n]).toBeLessThan(0.3);
      }
      expect(whole.evaluations.map(({ step, tokens }) => tokens / step / 28).slice(1)).toEqual([1, 1, 1]);
      for (const from of whole.checkpoints) {
        const resumed = await run(problem, settings, { from, policy: await policy(name) });
        expect(resumed.final).toEqual(whole.final);
        expect(resumed.evaluations).toEqual(whole.evaluations.filter(({ step }) => step > from.step));
      }
    },
  );

  test("in full batches it draws all, and weighs them by what it believes", async () => {
    const ratio = await policy("density-ratio", 16);
    const all = Int32Array.from({ length: 16 }, (_, n) => n);
    expect(ratio.rows?.(0)).toBeUndefined();
    const weights = ratio.weigh(0, all);
    for (const n of all) expect(weights[n] / weights[0] < 0.3).toBe(n % 2 === 1);
  });
});

test("whoever holds a training drives it, with batches from where they like", async () => {
  const { final, evaluations } = await run(perceptron, { average: 0.5 });
  const batches = new MiniBatches(10, 4, SETTINGS.seed);
  const drawn: number[] = [];
  const source = {
    rows(t: number) {
      drawn.push(t);
      return batches.rows(t);
    },
  };
  const training = new Training(perceptron, { ...SETTINGS, average: 0.5 }, { batches: source, threads: 1 });
  for (let t = 0; t < 5; t++) await training.step();
  expect(await training.evaluate()).toEqual(evaluations[1]);
  expect(drawn).toEqual([0, 1, 2, 3, 4]);
  const rest = new Training(perceptron, { ...SETTINGS, average: 0.5 }, { from: training.state(), threads: 1 });
  while (rest.steps < SETTINGS.steps) await rest.step();
  expect(rest.state()).toEqual(final);
  await training.release();
  await rest.release();
});
