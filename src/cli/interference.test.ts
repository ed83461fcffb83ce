import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureRunInterference } from "../runs/interference/measure-run.js";
import type { RunConfig } from "../runs/log/run.js";
import { createRun } from "../runs/log/run-directory.js";
import { runTraining } from "../runs/training/train-run.js";
import { command } from "../testing/command.js";
import { contents, tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../testing/runs.js";

const settings = [
  ...["training.optimizer=adamw", "training.batch=4", "training.steps=9", "training.evaluateEvery=3"],
  ...["training.checkpointEvery=3", "training.average=0.5", "training.warmup=0"],
];
const options = { examples: 5, tokens: 3, transient: 0, threads: 1 };

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "interference-"));
  const corpus = writeCorpus(at("corpus.txt"));
  await runTraining(tinyTransformerConfig(corpus, ...settings), at("run"), { threads: 1 });
  await runTraining(tinyPerceptronConfig(...settings), at("perceptron"), { threads: 1 });
  for (const copy of ["copy", "whole"]) cpSync(at("perceptron"), at(copy), { recursive: true });
  createRun(at("begun"), tinyPerceptronConfig(...settings) as unknown as RunConfig, "training");
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => command(folder, "interference", ...args, "--threads", "1");

describe("interference of a training", () => {
  test("is a table, JSON and a page, and is not measured again", async () => {
    const plain = await run("run", "--examples", "5", "--tokens", "3", "--out", "figures");
    expect(plain.code, plain.stderr).toBe(0);
    expect(plain.stdout).toMatch(/^step +loss +D +M +unseen +D +M +D to 2t +M to 2t$/m);
    // From step 6 twice as far is not there.
    expect(plain.stdout).toMatch(/^6( +\d\S*){6} +- +-$/m);
    expect(plain.stdout).toMatch(/^4( +\d\.\d{3}){5}$/m);
    expect(plain.stdout).toContain("The loss curve: too little data: 0 points");
    expect(plain.stdout).toContain("the 3 models kept on the way agree to the last bit.");
    expect(plain.stdout).toMatch(/It cost 36 gradients of one example to learn again, and \d+ to measure\./);
    const page = readFileSync(at("figures/report.html"), "utf8");
    for (const words of ["Interference and magnitude", "Opposed gradients", "opposition in", "blocks.0.feedforward.in"])
      expect(page).toContain(words);
    expect(readdirSync(at("figures")).filter((name) => name.endsWith(".svg"))).toHaveLength(5);

    const { stdout } = await run("run", "--examples", "5", "--tokens", "3", "--json");
    const { steps, work, kept } = JSON.parse(stdout);
    expect(steps.map(({ step }: { step: number }) => step)).toEqual([1, 2, 3, 4, 6, 8]);
    expect(work).toEqual({ learning: 0, measuring: 0 });
    expect(kept.models).toBe(0);
    const { next, gradients } = steps[2];
    expect(Math.abs(next.train.mean)).toBeCloseTo(next.train.magnitude * (1 - next.train.interference), 12);
    expect(gradients).toMatchObject({ tokens: 3, layers: expect.any(Array) });
  });

  test("of a perceptron, whose examples are one prediction each, needs no gradients", async () => {
    const { stdout, code } = await run("perceptron", "--steps", "8,2", "--tokens", "0", "--json");
    expect(code).toBe(0);
    const { steps } = JSON.parse(stdout);
    expect(steps.map(({ step, gradients }: { step: number; gradients: null }) => [step, gradients])).toEqual([
      [2, null],
      [8, null],
    ]);
  });

  test.each([3, 5])("aborted at step %i, goes on from there to the same bytes", async (last) => {
    await measureRunInterference(at("whole"), options);
    const name = `aborted-${last}`;
    cpSync(at("copy"), at(name), { recursive: true });
    const controller = new AbortController();
    const onProgress = (step: number) => step === last && controller.abort(new Error("enough"));
    const begun = measureRunInterference(at(name), { ...options, onProgress, signal: controller.signal });
    await expect(begun).rejects.toThrow("enough");
    const kept = readdirSync(join(at(name), "interference")).filter((file) => file.startsWith("learning-"));
    expect(kept).toHaveLength(2);
    const { work } = await measureRunInterference(at(name), options);
    expect(work.learning).toBeLessThan(36);
    expect(contents(join(at(name), "interference"))).toEqual(contents(join(at("whole"), "interference")));
  });
});

describe("refused is", () => {
  const refusal = async (...args: string[]) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    return stderr.trim();
  };

  test("a training that has no checkpoint, and what is none", async () => {
    expect(await refusal("begun")).toBe(
      "learning-law: begun has no checkpoint yet; continue its training with train --resume",
    );
    expect(await refusal("nowhere")).toBe("learning-law: there is no run nowhere");
  });

  test("a step that it did not take", async () => {
    expect(await refusal("copy", "--steps", "2,9")).toBe(
      "learning-law: copy has a checkpoint of step 9 and of none after it: step 9 cannot be measured; give --steps below 9",
    );
    expect(await refusal("copy", "--steps", "two")).toContain("It must be numbers of steps such as 10,100,1000.");
    expect(existsSync(at("copy/interference"))).toBe(false);
  });

  test("another sample than what was measured is of, and what is damaged", async () => {
    cpSync(at("whole"), at("damaged"), { recursive: true });
    expect(await refusal("damaged", "--examples", "5", "--tokens", "4")).toBe(
      "learning-law: damaged/interference holds measurements with --examples 5 --tokens 3; give these, or remove the folder",
    );
    const file = at("damaged/interference/step-000002.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"step": 2', '"step": 3'));
    expect(await refusal("damaged", "--examples", "5", "--tokens", "3")).toBe(
      "learning-law: damaged/interference/step-000002.json is damaged: it is not what learning-law wrote there",
    );
  });
});
