import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { command, sets, start } from "../testing/command.js";
import { contents, tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "train-in-run-"));
  writeCorpus(join(folder, "corpus.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const perceptron = (...changes: string[]) => [
  ...["train", "perceptron", ...sets([...tinyPerceptronSettings, ...changes]), "--threads", "1"],
];
const adamw = (...changes: string[]) => perceptron("training.optimizer=adamw", ...changes);

/** What is the same each time. */
function timeless({ seconds: _, costs, ...result }: { seconds: number; costs: { seconds: number }[] }) {
  return { ...result, costs: costs.map(({ seconds: _, ...cost }) => cost) };
}

test("a training section with one key trains, in a run directory with a number", async () => {
  const settings = ["training.optimizer=adamw", "training.steps=30"];
  for (const number of [1, 2]) {
    const { code, stdout, stderr } = await command(folder, ...perceptron(...settings));
    expect(code).toBe(0);
    const run = `runs/perceptron-train-${number}`;
    expect(stderr).toContain(`run ${run}: 4 parameters, vocabulary 2\n`);
    const [numbers, sentence] = stdout.split("\n\n");
    expect(numbers.split("\n").map((line) => line.split(/\s+/)[0])).toEqual([
      ...["parameters", "tokens", "gradients", "seconds"],
      ...["testArea", "compressionRatio", "finalTestLoss", "lowestTestLoss"],
    ]);
    for (const line of numbers.split("\n")) expect(line).toMatch(/^\w+\s+\d+(\.\d+)?$/);
    expect(sentence).toContain(`The model is ${run}/checkpoints/step-000030.safetensors; `);
    expect(existsSync(at(`${run}/checkpoints/step-000030.safetensors`))).toBe(true);
  }
});

test("with --json one object is printed, which is a baseline for another training", async () => {
  const steps = ["training.steps=40", "training.evaluateEvery=5", "training.batch=8"];
  const slow = [...perceptron("training.optimizer=sgd", "training.learningRate=0.01", ...steps), "--out", "slow"];
  const { code, stdout } = await command(folder, ...slow, "--json");
  expect(code).toBe(0);
  expect(stdout.trimEnd().split("\n").length).toBe(1);
  const result = JSON.parse(stdout);
  expect(Object.keys(result)).toEqual([
    ...["run", "parameters", "tokens", "work", "seconds"],
    ...["testArea", "compressionRatio", "finalTestLoss", "lowestTestLoss", "checkpoint", "testCurve", "costs"],
    "measuredOn",
  ]);
  expect(result).toMatchObject({ run: "slow", tokens: 40 * 8, checkpoint: "slow/checkpoints/step-000040.safetensors" });
  expect(result.testCurve.length).toBe(40);
  writeFileSync(at("slow.json"), stdout);

  const again = [...perceptron("training.optimizer=sgd", "training.learningRate=0.01", ...steps), "--out", "again"];
  const { accelerations, ...same } = JSON.parse(
    (await command(folder, ...again, "--baseline", "slow.json", "--json")).stdout,
  );
  expect(timeless(same)).toEqual({ ...timeless(result), run: "again", checkpoint: expect.any(String) });
  expect(accelerations).toEqual({ steps: 1, tokens: 1, work: 1, seconds: expect.any(Number) });
  const fast = [...perceptron("training.optimizer=sgd", "training.learningRate=0.05", ...steps), "--out", "fast"];
  const faster = await command(folder, ...fast, "--baseline", "slow.json", "--json");
  expect(JSON.parse(faster.stdout).accelerations.steps).toBeGreaterThan(1.5);
});

describe("a training that ends early", () => {
  // Many short steps, so that there is something going on when it is killed.
  const long = [...adamw("training.steps=2000", "training.batch=8", "training.average=0.9"), "--json", "--out"];
  let whole = "";
  beforeAll(async () => {
    whole = (await command(folder, ...long, "whole")).stdout;
  });

  test("is killed at any moment, and continued until it is killed again", async () => {
    const random = createRandom(1, "kills");
    // What a person does: continue the run if there is one, else start it again.
    const again = () => (existsSync(at("killed/versions.json")) ? ["--resume"] : []);
    for (let kill = 0; kill < 3; kill++) {
      const running = start(folder, ...long, "killed", ...again());
      await running.says("run ");
      await new Promise((resolve) => setTimeout(resolve, 300 * random.uniform()));
      running.process.kill("SIGKILL");
      await running.finished;
    }
    const { code, stdout } = await command(folder, ...long, "killed", ...again());
    expect(code).toBe(0);
    expect(contents(at("killed"))).toEqual(contents(at("whole")));
    expect(timeless(JSON.parse(stdout.replaceAll("killed", "whole")))).toEqual(timeless(JSON.parse(whole)));
  });

  test("by Ctrl-C says how to continue, with a command that does", async () => {
    const running = start(folder, ...long, "stopped");
    await running.says("run ");
    await new Promise((resolve) => setTimeout(resolve, 200));
    running.process.kill("SIGINT");
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stdout).toBe("");
    const [, line] = /\ninterrupted; continue with: node \S+main.js (.*)\n$/.exec(stderr) ?? [];
    expect(line).toMatch(/ --out stopped --threads 1 --json --resume$/);
    expect((await command(folder, ...line.split(" "))).code).toBe(0);
    expect(contents(at("stopped"))).toEqual(contents(at("whole")));
  });
});

describe("bad input is refused in one sentence, with exit code 2", () => {
  beforeAll(async () => {
    await command(folder, ...adamw("training.steps=5"), "--out", "trained");
    writeFileSync(at("curve.json"), '{"testCurve": [1, 2, 3]}');
  });

  const transformer = ["train", "quickstart", ...sets(tinyTransformerSettings("corpus.txt")), "--threads", "1"];
  const diverging = sets(["training.optimizer=sgd", "training.learningRate=1e9", "training.clip=null"]);
  test.each([
    ["a batch in parts", adamw("training.accumulate=7"), "a number that divides training.batch (16), got 7"],
    ["a policy", [...adamw(), "--policy", "p.safetensors"], "cannot read p.safetensors"],
    ["a place", [...perceptron(), "--out", "x"], "--out and --resume are for a training in mini-batches"],
    ["to continue", [...perceptron(), "--resume"], "--out and --resume are for a training in mini-batches"],
    ["a directory", [...adamw("training.steps=5"), "--out", "trained"], "trained exists; choose another --out"],
    ["no run", [...adamw(), "--out", "none", "--resume"], "there is no run none"],
    [
      "another training",
      [...adamw("training.steps=6"), "--out", "trained", "--resume"],
      "training.steps is 5 in the run",
    ],
    ["a baseline", [...adamw("training.steps=5"), "--baseline", "curve.json"], "must be the directory of a training"],
    ["divergence", [...transformer, ...diverging, "--out", "gone"], "training diverged: "],
    ["a search with it", ["search", ...adamw().slice(1)], "leave the section training out of its configuration"],
    [
      "to evaluate it",
      ["evaluate", "trained"],
      "trained is the directory of a training, and that of a search is wanted",
    ],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await command(folder, ...args);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^learning-law: /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(existsSync(at("gone"))).toBe(false);
  });
});

test("--help teaches with examples, and says what every key means", async () => {
  const { code, stdout } = await command(folder, "train", "--help");
  expect(code).toBe(0);
  expect(stdout).toContain("learning-law train quickstart --set training.optimizer=adamw\n");
  const [, keys] = stdout.split("Keys of the section training, and their defaults:\n");
  expect(keys).toMatch(/^ {2}optimizer +adamw or sgd \(adamw\)\n {2}learningRate +the peak of the schedule/);
  for (const line of keys.trimEnd().split("\n")) expect(line).toMatch(/^ {2}[\w.]+ +\S.*\S$/);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});
