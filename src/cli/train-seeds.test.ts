import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { seedInterval } from "../measures/over-seeds.js";
import { command, sets, start } from "../testing/command.js";
import { contents, tinyPerceptronSettings } from "../testing/runs.js";

let folder = "";
const at = (name: string) => join(folder, name);
const SETTINGS = ["data.labelNoise=0.3", "data.examples=64", "training.batch=8", "training.evaluateEvery=5"];
const train = (rate: number, ...changes: string[]) => [
  ...["train", "perceptron", ...sets([...tinyPerceptronSettings, ...SETTINGS, "training.steps=40", ...changes])],
  ...sets(["training.optimizer=sgd", `training.learningRate=${rate}`]),
  ...["--threads", "1"],
];
const [slow, fast] = [train(0.01), train(0.05)];
const json = async (...args: string[]) => JSON.parse((await command(folder, ...args, "--json")).stdout);
/** What is the same each time. */
const timeless = (run: Record<string, unknown> & { costs: { seconds: number }[] }) => ({
  ...{ ...run, run: "", checkpoint: "", seconds: 0, accelerations: { ...(run.accelerations as object), seconds: 0 } },
  costs: run.costs.map((cost) => ({ ...cost, seconds: 0 })),
});

let printed = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "train-seeds-"));
  for (const [args, out] of [
    [slow, "slow"],
    [fast, "fast"],
  ] as const) {
    const { code, stdout } = await command(folder, ...args, "--seeds", "3", "--out", out);
    expect(code).toBe(0);
    printed = stdout;
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test("makes the runs that each seed makes alone, byte for byte", async () => {
  for (const seed of [1, 3]) {
    await command(folder, ...fast, "--set", `seed=${seed}`, "--out", `alone-${seed}`);
    expect(contents(at(`fast/seed-${seed}`))).toEqual(contents(at(`alone-${seed}`)));
  }
  expect(printed).toMatch(/^testArea +\d[\d.]* \[[\d.]+, [\d.]+\]\ncompressionRatio /);
  expect(printed).toContain("Each is a run of its own, fast/seed-1 to fast/seed-3.");
});

describe("beside a baseline of the same seeds", () => {
  let compared: Record<string, never> & { runs: Parameters<typeof timeless>[0][] };
  beforeAll(async () => {
    compared = await json(...fast, "--seeds", "3", "--out", "fast", "--resume", "--baseline", "slow");
  });

  test("each seed is compared with its own, as it is alone", async () => {
    expect(compared.seeds).toEqual([1, 2, 3]);
    for (const [i, seed] of [1, 2, 3].entries()) {
      const alone = await json(
        ...[...fast, "--set", `seed=${seed}`, "--baseline", `slow/seed-${seed}`, "--out", `paired-${seed}`],
      );
      expect(timeless(compared.runs[i])).toEqual({ seed, ...timeless(alone) });
    }
  });

  test("medians, intervals and paired differences are those of the runs", () => {
    const { accelerations, finalTestLoss, compressionRatio } = compared.comparison as Record<string, never>;
    const values = compared.runs.map((run) => (run.accelerations as { steps: number }).steps);
    expect(accelerations["steps" as never]).toEqual({
      values,
      median: values.toSorted((a, b) => a - b)[1],
      interval: seedInterval(values, "ratios"),
    });
    expect(Object.keys(accelerations)).toEqual(["steps", "tokens", "work", "seconds"]);
    const { of, baseline, difference } = finalTestLoss as Record<string, { values: number[]; interval: number[] }>;
    const differences = of.values.map((value, i) => value - baseline.values[i]);
    expect(difference).toMatchObject({ values: differences, interval: seedInterval(differences, "values") });
    expect(of.values).toEqual(compared.runs.map((run) => run.finalTestLoss));
    const ratios = (compressionRatio as { of: { values: number[]; interval: number[] } }).of;
    expect(ratios.interval).toEqual(seedInterval(ratios.values, "ratios"));
  });

  test("whose summary is that of its own runs", async () => {
    const { runs } = await json(...slow, "--seeds", "3", "--out", "slow", "--resume");
    const { testArea, compressionRatio, lowestTestLoss } = compared.comparison as Record<string, never>;
    for (const [name, quantity] of Object.entries({ testArea, compressionRatio, lowestTestLoss }))
      expect((quantity as { baseline: { values: number[] } }).baseline.values).toEqual(
        runs.map((run: Record<string, number>) => run[name]),
      );
  });

  test("is said in plain words, and a baseline beside itself is as fast as itself", async () => {
    const lines = (await command(folder, ...fast, "--seeds", "3", "--out", "fast", "--resume", "--baseline", "slow"))
      .stdout;
    const interval = "\\d+\\.\\d{3} \\[\\d+\\.\\d{3}, \\d+\\.\\d{3}\\]";
    expect(lines).toMatch(
      new RegExp(`^acceleration +${interval} in steps, ${interval} in tokens, .* in seconds$`, "m"),
    );
    expect(lines).not.toContain("one seed");
    const same = await json(...slow, "--seeds", "3", "--out", "slow", "--resume", "--baseline", "slow");
    expect(same.comparison.accelerations.steps).toEqual({ values: [1, 1, 1], median: 1, interval: [1, 1] });
    expect(same.comparison.finalTestLoss.difference).toEqual({ values: [0, 0, 0], median: 0, interval: [0, 0] });
  });
});

test("where a seed does not reach the final loss of its baseline, it is counted and no interval is made up", async () => {
  const args = [...slow, "--seeds", "3", "--out", "slow", "--resume", "--baseline", "fast"];
  const { comparison } = await json(...args);
  const there = comparison.accelerations.steps.values.filter((value: number | null) => value !== null).length;
  expect(there).toBeLessThan(3);
  expect(comparison.accelerations.steps).toMatchObject({ median: null, interval: null });
  expect((await command(folder, ...args)).stdout).toContain(
    `acceleration     ${there} of 3 seeds reach the final test loss of their baseline: no interval`,
  );
});

test("one seed's acceleration says that it is one", async () => {
  const { stdout } = await command(folder, ...fast, "--out", "one", "--baseline", "slow/seed-1");
  expect(stdout).toMatch(/^acceleration .* in seconds \(one seed\)$/m);
});

test("killed at any moment, they end with the bytes of those that never stopped", async () => {
  const long = [...train(0.05, "training.steps=1000"), "--seeds", "2", "--out"];
  expect((await command(folder, ...long, "whole")).code).toBe(0);
  const random = createRandom(1, "kills");
  const again = () => (existsSync(at("killed/seeds.json")) ? ["--resume"] : []);
  for (const line of ["", "run killed/seed-1", "run killed/seed-2"]) {
    const running = start(folder, ...long, "killed", ...again());
    await running.says(line);
    await new Promise((resolve) => setTimeout(resolve, 300 * random.uniform()));
    running.process.kill("SIGKILL");
    await running.finished;
  }
  expect((await command(folder, ...long, "killed", ...again())).code).toBe(0);
  expect(contents(at("killed"))).toEqual(contents(at("whole")));
});

describe("bad input is refused in one sentence, and changes nothing:", () => {
  const full = ["train", "perceptron", ...sets(tinyPerceptronSettings), "--threads", "1"];
  beforeAll(async () => {
    await command(folder, "search", "perceptron", ...sets(tinyPerceptronSettings), "--seeds", "3", "--out", "searched");
  });

  test.each([
    [
      "full-batch descent",
      [...full, "--seeds", "3"],
      "--seeds is for a training in mini-batches or under a named policy",
    ],
    [
      "a saved policy",
      [...fast, "--seeds", "3", "--out", "new", "--policy", "searched/seed-1"],
      "a saved policy weighs the examples of one seed; with --seeds give a policy by its name",
    ],
    [
      "a baseline of one seed",
      [...fast, "--seeds", "3", "--out", "new", "--baseline", "slow/seed-1"],
      "the baseline slow/seed-1 must be a folder of the same seeds, as train --seeds 3 makes it",
    ],
    [
      "fewer seeds",
      [...fast, "--seeds", "2", "--out", "new", "--baseline", "slow"],
      "the baseline slow has seeds 1 to 3, and these are seeds 1 to 2: a pair has one seed",
    ],
    [
      "other seeds",
      [...fast, "--seeds", "3", "--set", "seed=2", "--out", "new", "--baseline", "slow"],
      "the baseline slow has seeds 1 to 3, and these are seeds 2 to 4",
    ],
    [
      "seeds of a search",
      [...fast, "--seeds", "3", "--out", "new", "--baseline", "searched"],
      "the baseline searched holds seeds of search, and not of train",
    ],
    [
      "seeds for one",
      [...fast, "--out", "new", "--baseline", "slow"],
      "slow holds the runs of several seeds; name one of them, such as slow/seed-1",
    ],
    [
      "other data",
      [...fast, "--seeds", "3", "--set", "data.desiredExamples=9", "--out", "new", "--baseline", "slow"],
      "the baseline slow/seed-1 does not compare",
    ],
  ])("%s", async (_, args, message) => {
    const before = contents(folder);
    const { code, stdout, stderr } = await command(folder, ...args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(contents(folder)).toEqual(before);
    expect(existsSync(at("new"))).toBe(false);
  });
});
