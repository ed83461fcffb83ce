import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withDuckdb } from "../../files/duckdb.js";
import { refusal } from "../../testing/refusal.js";
import { contents, tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { rewriteJson } from "../../testing/without-digest.js";
import { openRun } from "../log/run-directory.js";
import { runSearch } from "../search/search-run.js";
import { type EvaluateOptions, evaluateRun } from "./evaluate-run.js";
import { readDynamics, readExamples, readSteps } from "./evaluation.js";

const perceptron = () =>
  tinyPerceptronConfig("data.examples=32", "data.labelNoise=0.2", "search.epsilon=2", "learning.learningRate=0.5");

let folder = "";
let runs = 0;
const newRun = async (config = perceptron()) => {
  const directory = join(folder, `run-${runs++}`);
  await runSearch(config, directory, { threads: 1 });
  return directory;
};
const evaluate = (directory: string, options: EvaluateOptions = {}) =>
  evaluateRun(directory, { threads: 1, ...options });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "evaluate-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an evaluation", () => {
  test.each(["perceptron", "transformer"])("of a %s finds what the search found, and more", async (kind) => {
    const corpus = writeCorpus(join(folder, "corpus.txt"));
    const directory = await newRun(
      kind === "perceptron" ? perceptron() : tinyTransformerConfig(corpus, "search.step=scheduled"),
    );
    const run = openRun(directory);
    const metrics = run.readMetrics();
    const summary = await evaluate(directory);
    expect(summary.epochs.map(({ epoch }) => epoch)).toEqual(run.policyEpochs());
    expect(summary.epochs.length).toBeGreaterThan(2);
    for (const { epoch, ...measured } of summary.epochs) {
      const searched = metrics[epoch];
      expect(measured.testArea).toBeCloseTo(searched.testArea, 5);
      expect(measured.finalTestLoss).toBeCloseTo(searched.finalTestLoss, 5);
      expect(measured.acceleration ?? -1).toBeCloseTo(searched.acceleration ?? -1, 3);
      expect(measured.zeroShare).toBe(searched.zeroShare);
      expect(measured.zeroPerturbedShare).toBe(searched.zeroPerturbedShare);
      const T = readSteps(run, epoch).length;
      expect(readExamples(run, epoch)).toHaveLength(kind === "perceptron" ? 32 : 12);
      expect(readDynamics(run, epoch)[0].weights).toHaveLength(T);
      const means = readSteps(run, epoch).map(({ similarity }) => similarity!);
      expect(measured.similarity).toBeCloseTo(means.reduce((sum, value) => sum + value, 0) / T, 10);
    }
  });

  test("counts zero weights among non-positive contributions as its own tables do", async () => {
    const directory = await newRun();
    const run = openRun(directory);
    const { epochs, best } = await evaluate(directory);
    const summary = epochs.find(({ epoch }) => epoch === best)!;
    expect(summary.zeroShare).toBeGreaterThan(0.1);
    const steps = readSteps(run, best);
    const total = (key: "nonPositive" | "nonPositiveZero" | "positive" | "positiveLow") =>
      steps.reduce((sum, step) => sum + step[key], 0);
    expect(total("nonPositive") + total("positive")).toBe(32 * steps.length);
    expect(summary.nonPositiveZeroShare).toBe(total("nonPositiveZero") / total("nonPositive"));
    expect(summary.positiveLowShare).toBe(total("positiveLow") / total("positive"));
    const dropped = readExamples(run, best).filter(({ droppedAfter }) => droppedAfter !== null);
    expect(summary.dropped.reduce((sum, { count }) => sum + count, 0)).toBe(dropped.length);
  });

  test("writes tables in Parquet with a row for every line", async () => {
    const directory = await newRun();
    const run = openRun(directory);
    const { epochs } = await evaluate(directory, { epochs: [0, 3] });
    await withDuckdb(async (query) => {
      const rows = (name: string) =>
        query("SELECT * FROM read_parquet($path)", { path: join(directory, "evaluation", `${name}.parquet`) });
      expect(await rows("steps")).toEqual([...readSteps(run, 0), ...readSteps(run, 3)]);
      expect(await rows("examples")).toEqual([...readExamples(run, 0), ...readExamples(run, 3)]);
      expect(await rows("dynamics")).toHaveLength(readDynamics(run, 0).length + readDynamics(run, 3).length);
      const summaries = await rows("epochs");
      expect(summaries.map(({ similarity, epoch }) => ({ similarity, epoch }))).toEqual(
        epochs.map(({ similarity, epoch }) => ({ similarity, epoch })),
      );
    });
  });
});

test("epochs evaluated one by one, or interrupted and continued, give the same bytes", async () => {
  const whole = await newRun();
  await evaluate(whole);
  const expected = contents(join(whole, "evaluation"));

  const oneByOne = await newRun();
  for (const epoch of [4, 0, 2, 1, 3]) await evaluate(oneByOne, { epochs: [epoch] });
  expect(contents(join(oneByOne, "evaluation"))).toEqual(expected);

  const interrupted = await newRun();
  for (const stopAt of [7, 30, 20]) {
    const controller = new AbortController();
    let steps = 0;
    const onProgress = () => {
      if (++steps === stopAt) controller.abort(new Error("enough"));
    };
    await expect(evaluate(interrupted, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
  }
  await evaluate(interrupted);
  expect(contents(join(interrupted, "evaluation"))).toEqual(expected);
});

test("tables hold what is evaluated, after a kill before they were written too, and in a folder of any name", async () => {
  const directory = join(folder, "run [1]*");
  await runSearch(perceptron(), directory, { threads: 1 });
  await evaluate(directory, { epochs: [0, 4] });
  const evaluation = join(directory, "evaluation");
  const before = contents(evaluation);
  rmSync(join(evaluation, "steps.parquet"));
  // Of epoch 2 a killed process left something, but no summary.
  mkdirSync(join(evaluation, "epoch-0002"));
  writeFileSync(join(evaluation, "epoch-0002/steps.jsonl"), '{"epoch":2}\n');
  await evaluate(directory, { epochs: [0] });
  const after = contents(evaluation);
  for (const [name, bytes] of Object.entries(before)) expect(after[name] === bytes, name).toBe(true);
});

test("what is evaluated is not computed again", async () => {
  const directory = await newRun();
  await evaluate(directory, { epochs: [0, 4] });
  const evaluated: number[] = [];
  const summary = await evaluate(directory, { epochs: [4, 1, 0], onEpoch: ({ epoch }) => evaluated.push(epoch) });
  expect(evaluated).toEqual([1]);
  expect(summary.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 4]);
});

describe("refused, and the run untouched", () => {
  test.each([
    ["an unfinished run", "state.json", /is not finished: it has 3 of 5 epochs; continue it with search --resume$/],
    ["a damaged state", "state.json", /state\.json is damaged/],
    ["another format", "versions.json", /has format 99, and this version of learning-law reads formats 1 and 2$/],
    ["a missing policy", "", /keeps no policy of epoch 9; it keeps those of 0, 1, 2, 3, 4$/],
    ["a damaged policy", "policies/epoch-0002.safetensors", /epoch-0002\.safetensors is not a valid safetensors/],
    ["changed data", "facts.json", /the data of .* has changed since the search/],
    ["a damaged baseline", "baseline.json", /baseline\.json is damaged/],
  ])("%s", async (what, file, message) => {
    const directory = await newRun();
    const path = join(directory, file);
    if (what === "an unfinished run") {
      const { metricsBytes } = JSON.parse(readFileSync(path, "utf8"));
      writeFileSync(path, JSON.stringify({ nextEpoch: 3, metricsBytes }));
      rmSync(join(directory, "ending.json"));
    } else if (what === "another format") writeFileSync(path, JSON.stringify({ format: 99 }));
    else if (what === "changed data") rewriteJson(path, { sha256: "0".repeat(64) });
    else if (file !== "") writeFileSync(path, "{");
    const before = contents(directory);
    const epochs = what === "a missing policy" ? [9] : [2];
    expect(await refusal(evaluate(directory, { epochs }))).toMatch(message);
    expect(contents(directory)).toEqual(before);
  });

  test("no run", async () => {
    expect(await refusal(evaluate(join(folder, "none")))).toMatch(/^there is no run /);
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("a damaged evaluation is named, with what to do", async () => {
    const directory = await newRun();
    await evaluate(directory, { epochs: [0, 1] });
    writeFileSync(join(directory, "evaluation/epoch-0001/summary.json"), '{"epo');
    expect(await refusal(evaluate(directory))).toMatch(
      /line 1 of .*epoch-0001\/summary\.json is damaged; remove .*epoch-0001 and evaluate the run again$/,
    );
  });
});
