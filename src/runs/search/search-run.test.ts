import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import { createRandom } from "../../base/random.js";
import { Trajectory } from "../../search/trajectory.js";
import { refusal } from "../../testing/refusal.js";
import { contents, keptEpochs, tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { linesOf } from "../../testing/without-digest.js";
import type { Config } from "../config/config.js";
import { openRun } from "../log/run-directory.js";
import { loadPolicy } from "../policy-file.js";
import { runSearch, type SearchRunOptions, type SearchSummary } from "./search-run.js";

let folder = "";
let corpus = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "search-"));
  corpus = writeCorpus(join(folder, "corpus.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let runs = 0;
const newDirectory = () => join(folder, `run-${runs++}`);

/** One thread, unless a test is about them: other work on the machine slows it least. */
const search = (config: Config, directory: string, options: SearchRunOptions = {}) =>
  runSearch(config, directory, { threads: 1, ...options });

/** What a search leaves on the disk. */
async function outcome(config: Config, options: SearchRunOptions = {}): Promise<Record<string, string>> {
  const directory = newDirectory();
  await search(config, directory, options);
  return contents(directory);
}

/** A search in which the best policy is found early and overfitted later: epoch 5 of 7 is the best. */
const overfitting = (...changes: string[]) =>
  tinyPerceptronConfig(
    ...["model.dimension=16", "data.examples=64", "data.labelNoise=0.3", "learning.steps=60"],
    ...["learning.learningRate=0.3", "search.epsilon=3", "search.epochs=7", ...changes],
  );

describe("the same search gives the same bytes in every file but timings.jsonl", () => {
  test("when it is run twice", async () => {
    for (const config of [tinyPerceptronConfig("search.step=quasi-newton"), tinyTransformerConfig(corpus)]) {
      const files = await outcome(config);
      expect(Object.keys(files)).toContain("policies/epoch-0002.safetensors");
      expect(await outcome(config)).toEqual(files);
    }
  });

  test("on one thread and on two", async () => {
    // Large enough for ONNX Runtime to divide the work of an operator.
    const sizes = ["model.width=32", "model.feedForward=256", "data.length=16", "data.examples=24"];
    const config = tinyTransformerConfig(corpus, ...sizes, "learning.steps=3", "search.epochs=1");
    expect(await outcome(config, { threads: 2 })).toEqual(await outcome(config, { threads: 1 }));
  });

  test("when memory is short and parts of the learning process are computed again", async () => {
    const sizes = ["model.dimension=128", "data.examples=4", "learning.steps=400", "search.epochs=2"];
    const config = tinyPerceptronConfig(...sizes);
    const memory = 150_000;
    const start = new Float32Array(128);
    // LearningProcess gives the states what all else leaves of it.
    const { repetitions } = new Trajectory(config.learning.steps, async () => {}, start, memory);
    expect(repetitions).toBeGreaterThan(1);
    expect(await outcome(config, { memory })).toEqual(await outcome(config));
  });

  // Steps are counted over trajectories and costates: 20 + 20 in each of 4 epochs, 20 in the last. Every search stops
  // at the first of the steps, is continued, stops at the next after as many more, and so on.
  test.each([
    { keepEvery: 1, stops: [1, 19, 1, 40, 41] },
    { keepEvery: 1, stops: [21, 20, 80, 20, 19] },
    { keepEvery: 3, stops: [1, 60, 39, 40, 20] },
    { keepEvery: 3, stops: [170, 1, 9] },
  ])("when it is interrupted after $stops steps and continued (keepEvery $keepEvery)", async (interruption) => {
    const { keepEvery, stops } = interruption;
    const config = tinyPerceptronConfig(`search.keepEvery=${keepEvery}`, "search.step=quasi-newton", "search.block=3");
    const directory = newDirectory();
    for (const [i, stop] of stops.entries()) {
      let steps = 0;
      const controller = new AbortController();
      const onProgress = () => {
        if (++steps === stop) controller.abort(new Error("enough"));
      };
      const { signal } = controller;
      await expect(search(config, directory, { resume: i > 0, onProgress, signal })).rejects.toThrow("enough");
    }
    const summary = await search(config, directory, { resume: true });
    expect(contents(directory)).toEqual(await outcome(config));
    expect(summary.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4]);
  });

  test("when a transformer's search is interrupted and continued", async () => {
    const config = tinyTransformerConfig(corpus);
    const directory = newDirectory();
    const controller = new AbortController();
    const onEpoch = () => controller.abort(new Error("enough"));
    await expect(search(config, directory, { onEpoch, signal: controller.signal })).rejects.toThrow("enough");
    expect(openRun(directory).nextEpoch).toBe(1);
    await search(config, directory, { resume: true });
    expect(contents(directory)).toEqual(await outcome(config));
  });
});

describe("policies", () => {
  test("every k-th, the best and the last are kept, and nothing else", async () => {
    const every = newDirectory();
    const { best } = await search(overfitting(), every);
    expect(best.epoch).toBe(5);
    expect(keptEpochs(every)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);

    const some = newDirectory();
    const summary = await search(overfitting("search.keepEvery=3"), some);
    expect(keptEpochs(some)).toEqual([0, 3, 5, 6, 7]);
    expect(summary.best.policy).toBe(join(some, "policies", "epoch-0005.safetensors"));
    for (const epoch of keptEpochs(some)) {
      const [a, b] = [some, every].map((run) => loadPolicy(openRun(run).policyPath(epoch)));
      expect(a).toEqual(b);
    }

    const few = newDirectory();
    await search(overfitting("search.keepEvery=100"), few);
    expect(keptEpochs(few)).toEqual([0, 5, 7]);
  });

  test("what a killed process left beside them is removed, even from a finished run", async () => {
    const config = overfitting("search.keepEvery=3");
    const directory = newDirectory();
    await search(config, directory);
    const files = contents(directory);
    const path = openRun(directory).policyPath(4);
    writeFileSync(path, "a policy that was needed for a while");
    writeFileSync(`${path}.partial`, "half a policy");
    await search(config, directory, { resume: true });
    expect(contents(directory)).toEqual(files);
  });
});

describe("a search refuses, in one sentence and without a change on the disk,", () => {
  test("a directory that exists", async () => {
    const directory = newDirectory();
    mkdirSync(directory);
    writeFileSync(join(directory, "mine"), "");
    expect(await refusal(search(tinyPerceptronConfig(), directory))).toContain(`${directory} exists`);
    expect(contents(directory)).toEqual({ mine: "" });
  });

  test("to continue what is not there", async () => {
    const directory = newDirectory();
    const message = await refusal(search(tinyPerceptronConfig(), directory, { resume: true }));
    expect(message).toBe(`there is no run ${directory}`);
  });

  test("to continue with another configuration", async () => {
    const directory = newDirectory();
    await search(tinyPerceptronConfig(), directory);
    const before = contents(directory);
    const message = await refusal(search(tinyPerceptronConfig("seed=2"), directory, { resume: true }));
    expect(message).toContain("seed is 1 in the run and 2 now");
    expect(contents(directory)).toEqual(before);
  });

  test("to continue with so little memory that batches, and so the order of sums, are others", async () => {
    const config = tinyTransformerConfig(writeCorpus(join(folder, "corpus-for-batches.txt")));
    const directory = newDirectory();
    await search(config, directory);
    const before = contents(directory);
    const message = await refusal(search(config, directory, { resume: true, memory: 2 ** 18 }));
    expect(message).toContain("continue it with the --device and --memory that it was begun with");
    expect(contents(directory)).toEqual(before);
  });

  test("to continue with other data, until the data are restored", async () => {
    const path = writeCorpus(join(folder, "edited.txt"));
    const config = tinyTransformerConfig(path);
    const directory = newDirectory();
    const controller = new AbortController();
    const onEpoch = () => controller.abort(new Error("enough"));
    await expect(search(config, directory, { onEpoch, signal: controller.signal })).rejects.toThrow("enough");
    const before = contents(directory);

    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replaceAll("dog", "frog"));
    expect(await refusal(search(config, directory, { resume: true }))).toContain("has changed since the run began");
    expect(contents(directory)).toEqual(before);

    writeFileSync(path, text);
    const { epochs } = await search(config, directory, { resume: true });
    expect(epochs.length).toBe(3);
  });

  test("a learning rate under which learning diverges; the next search can have the directory", async () => {
    const directory = join(newDirectory(), "below");
    const diverging = tinyTransformerConfig(corpus, "learning.learningRate=1e9");
    expect(await refusal(search(diverging, directory))).toMatch(
      /^learning diverged: the (loss|parameters) (is|are) not finite after step \d of 6; lower learning\.learningRate/,
    );
    expect(existsSync(join(directory, ".."))).toBe(false);
    await search(tinyPerceptronConfig(), directory);
  });
});

test("a search that fails later keeps the epochs that are finished, and continues after them", async () => {
  const config = tinyPerceptronConfig("search.keepEvery=3");
  const directory = newDirectory();
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === 1) throw new InputError("the disk is full");
  };
  expect(await refusal(search(config, directory, { onEpoch }))).toBe("the disk is full");
  expect(openRun(directory).nextEpoch).toBe(2);
  await search(config, directory, { resume: true });
  expect(contents(directory)).toEqual(await outcome(config));
});

test("a finished run stays as it is when it is continued, and returns its summary", async () => {
  const config = tinyPerceptronConfig();
  const directory = newDirectory();
  const summary = await search(config, directory);
  const before = contents(directory);
  expect(await search(config, directory, { resume: true })).toEqual(summary);
  expect(contents(directory)).toEqual(before);
});

describe("what is measured", () => {
  const epochKeys = ["epoch", "area", "validationArea", "testArea", "finalTestLoss", "compressionRatio"];
  epochKeys.push("acceleration", "zeroShare", "zeroPerturbedShare", "gap", "gapByStretch", "trials", "cost");
  let summary: SearchSummary;
  let directory = "";
  beforeAll(async () => {
    directory = newDirectory();
    const sizes = ["model.dimension=16", "data.examples=64", "data.desiredExamples=32", "learning.steps=60"];
    const config = tinyPerceptronConfig(
      ...sizes,
      "learning.learningRate=0.05",
      "data.labelNoise=0.3",
      "search.epsilon=0.3",
      "search.epochs=8",
    );
    summary = await search(config, directory);
  });

  test("the area falls from epoch to epoch on noisy labels, and learning is faster on unseen examples", () => {
    const areas = summary.epochs.map(({ area }) => area);
    for (let e = 1; e < areas.length; e++) expect(areas[e]).toBeLessThan(areas[e - 1]);
    expect(summary.best.acceleration).toBeGreaterThan(1);
    expect(summary.best.testArea).toBeLessThan(summary.baseline.testArea);
    expect(summary.best.compressionRatio).toBeGreaterThan(summary.baseline.compressionRatio);
  });

  test("zero weights lie on flipped labels, and little weight does, as no chance would have it", () => {
    const examples = readFileSync(join(directory, "examples.jsonl"), "utf8").trim().split("\n");
    const flipped: boolean[] = examples.map((line) => JSON.parse(line).perturbed);
    const { weights } = loadPolicy(summary.best.policy);
    const of = (wanted: boolean) => weights.filter((_, i) => flipped[i % 64] === wanted);
    const zeros = (some: Float32Array) => some.filter((weight) => weight === 0).length;
    const zerosOf = { flipped: zeros(of(true)), others: zeros(of(false)) };
    expect(summary.best.zeroShare).toBe((zerosOf.flipped + zerosOf.others) / weights.length);
    expect(summary.best.zeroPerturbedShare).toBe(zerosOf.flipped / (zerosOf.flipped + zerosOf.others));
    // Measured: 7.4% of the weights of flipped examples, 0.6% of those of the others.
    expect(zerosOf.flipped / of(true).length).toBeGreaterThan(5 * (zerosOf.others / of(false).length));

    // Of a thousand choices of as many examples, none has as little weight.
    const totals = new Float64Array(64);
    weights.forEach((weight, i) => {
      totals[i % 64] += weight;
    });
    const sum = (ids: readonly number[]) => ids.reduce((all, id) => all + totals[id], 0);
    const ids = flipped.flatMap((is, id) => (is ? [id] : []));
    const random = createRandom(1, "choices of examples");
    const choices = Array.from({ length: 1000 }, () => sum([...random.permutation(64)].slice(0, ids.length)));
    expect(choices.filter((choice) => choice <= sum(ids))).toEqual([]);
  });

  test("epoch 0 is conventional learning", () => {
    const [first] = summary.epochs;
    expect(first).toMatchObject({ epoch: 0, acceleration: 1, zeroShare: 0, zeroPerturbedShare: null });
    expect(summary.baseline).toEqual(
      Object.fromEntries(epochKeys.map((key) => [key, first[key as keyof typeof first]])),
    );
    const uniform = loadPolicy(openRun(directory).policyPath(0));
    expect(uniform.weights).toEqual(new Float32Array(60 * 64).fill(1 / 64));
    const { testCurve } = JSON.parse(readFileSync(join(directory, "baseline.json"), "utf8"));
    for (let t = 1; t < 60; t++) expect(testCurve[t]).toBeLessThan(testCurve[t - 1]);
    expect(testCurve[59]).toBe(first.finalTestLoss);
  });

  test("the summary has every field, and says what metrics.jsonl says", () => {
    expect(Object.keys(summary).sort()).toEqual([
      "baseline",
      "baselineFalls",
      "best",
      "ending",
      "epochs",
      "parameters",
      "run",
    ]);
    expect(summary.run).toBe(directory);
    expect(summary.parameters).toBe(16);
    for (const { seconds, ...metrics } of summary.epochs) {
      expect(Object.keys(metrics)).toEqual(epochKeys);
      expect(Object.keys(seconds)).toEqual(["trajectory", "costate", "projection", "evaluation"]);
      for (const phase of Object.values(seconds)) expect(phase).toBeGreaterThanOrEqual(0);
    }
    expect(Object.keys(summary.best)).toEqual([...epochKeys, "policy"]);
    expect(linesOf(join(directory, "metrics.jsonl"))).toEqual(summary.epochs.map(({ seconds, ...metrics }) => metrics));
    const smallest = Math.min(...summary.epochs.map(({ validationArea }) => validationArea));
    expect(summary.best.validationArea).toBe(smallest);
  });
});

test.each(["learning.learningRate=1e-300", "learning.learningRate=100"])(
  "where conventional learning does not fall, epoch 0 has acceleration 1 and no policy has any: %s",
  async (change) => {
    const config = tinyPerceptronConfig(change, "search.epochs=2");
    const { epochs, baselineFalls } = await runSearch(config, join(folder, change), { threads: 1 });
    expect({ baselineFalls, accelerations: epochs.map(({ acceleration }) => acceleration) }).toEqual({
      baselineFalls: false,
      accelerations: [1, null, null],
    });
  },
);
