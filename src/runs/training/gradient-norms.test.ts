import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { norms } from "../../base/floats.js";
import { scheduledRates } from "../../descent/learning-rates.js";
import { refine } from "../../descent/schedules/refinement.js";
import { readSafetensors, writeSafetensors } from "../../files/safetensors.js";
import { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import { refusalOf } from "../../testing/refusal.js";
import { contents, tinyPerceptronConfig } from "../../testing/runs.js";
import { resolveConfig } from "../config/resolve-config.js";
import { openRun } from "../log/run-directory.js";
import { buildProblem } from "../problem/build-problem.js";
import { runSearch } from "../search/search-run.js";
import { readGradientNorms } from "./gradient-norms.js";
import { runTraining } from "./train-run.js";

const folder = mkdtempSync(join(tmpdir(), "norms-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const STEPS = 9;
const training = [
  ...["training.optimizer=sgd", "training.batch=16", `training.steps=${STEPS}`, "training.warmup=0"],
  ...["training.clip=0.01", "training.evaluateEvery=1", "training.checkpointEvery=4"],
];
const plain = tinyPerceptronConfig(...training);
const refined = (...settings: string[]) =>
  tinyPerceptronConfig(...training, "training.schedule=refined", `training.schedule.run=${at("plain")}`, ...settings);
beforeAll(async () => {
  await runTraining(plain, at("plain"), { threads: 1 });
});

/** What was made of the norms, as the configuration has it. */
const curveOf = (length: ArrayLike<number>, norm: "l1" | "l2") =>
  Array.from(refine(length, norm, 0.1), (rate) => Number(rate.toPrecision(6)));

describe("a training keeps the norms of its gradients", () => {
  test("as they are before they are clipped, one for every step", async () => {
    const { l1, l2, norm: suits } = readGradientNorms(at("plain"));
    expect([l1.length, l2.length, suits]).toEqual([STEPS, STEPS, "l2"]);
    const { problem } = await buildProblem(plain);
    const engine = new Engine(problem, { threads: 1 });
    const gradient = new Float32Array(problem.start.length);
    await new Passes(engine, problem.train).gradient(problem.start, new Float32Array(16).fill(1 / 16), gradient);
    await engine.release();
    expect(l1[0]).toBeCloseTo(norms(gradient).l1, 5);
    expect(l2[0]).toBeCloseTo(norms(gradient).l2, 5);
    expect(l2[0]).toBeGreaterThan(0.01);
  });

  test("interrupted and resumed, it has those of all steps", async () => {
    const controller = new AbortController();
    const onStep = (step: number) => step === 6 && controller.abort(new Error("enough"));
    const begun = runTraining(plain, at("resumed"), { threads: 1, onStep, signal: controller.signal });
    await expect(begun).rejects.toThrow("enough");
    await runTraining(plain, at("resumed"), { threads: 1, resume: true });
    expect(contents(at("resumed"))).toEqual(contents(at("plain")));
  });
});

describe("a schedule that is refined by them", () => {
  test("is in the configuration as numbers, and is what the training learns by", async () => {
    const config = refined();
    const { l2, l1 } = readGradientNorms(at("plain"));
    expect(config.training!.schedule).toEqual({
      ...{ name: "refined", run: at("plain"), smoothing: 0.1, rates: curveOf(l2, "l2") },
    });
    expect(refined("training.schedule.norm=l1").training!.schedule.rates).toEqual(curveOf(l1, "l1"));
    await runTraining(config, at("refined"), { threads: 1 });
    const rate = scheduledRates(config.training!.schedule, { ...config.training!, length: 1 });
    const rates = openRun(at("refined"), "training")
      .readMetrics()
      .map(({ learningRate }) => learningRate);
    expect(rates).toEqual([0, ...Array.from({ length: STEPS }, (_, t) => rate(t))]);
  });

  test("and the one that a search learns by, whose conventional learning is the training's", async () => {
    const schedule = ["learning.schedule=refined", `learning.schedule.run=${at("plain")}`, `learning.steps=${STEPS}`];
    const config = tinyPerceptronConfig(...schedule, "search.epochs=1");
    expect(config.learning.schedule).toEqual(refined().training!.schedule);
    const { baseline } = await runSearch(config, at("searched"), { threads: 1 });
    const descent = tinyPerceptronConfig(
      ...["training.optimizer=sgd", "training.optimizer.momentum=0", "training.batch=16", `training.steps=${STEPS}`],
      ...["training.clip=null", "training.warmup=0", "training.learningRate=0.1", "training.evaluateEvery=1"],
      ...["training.schedule=refined", `training.schedule.run=${at("plain")}`],
    );
    const { testArea, finalTestLoss } = await runTraining(descent, at("descent"), { threads: 1 });
    expect(baseline.testArea).toBeCloseTo(testArea, 6);
    const constant = await runSearch(
      tinyPerceptronConfig(`learning.steps=${STEPS}`, "search.epochs=1"),
      at("constant"),
      {
        threads: 1,
      },
    );
    expect(Math.abs(constant.baseline.testArea - testArea)).toBeGreaterThan(1e-4);
    expect(finalTestLoss).toBeGreaterThan(0);
  });

  test("goes on, and begins anew from its configuration, when the run that it was made from is gone", async () => {
    const config = refined();
    const controller = new AbortController();
    const onStep = (step: number) => step === 5 && controller.abort(new Error("enough"));
    const begun = runTraining(config, at("going"), { threads: 1, onStep, signal: controller.signal });
    await expect(begun).rejects.toThrow("enough");
    const file = at("going/config.yaml");
    writeFileSync(at("copy.yaml"), readFileSync(file, "utf8").replaceAll(at("plain"), at("gone")));
    expect(resolveConfig(at("copy.yaml")).training!.schedule.rates).toEqual(config.training!.schedule.rates);
    await runTraining(resolveConfig(file), at("going"), { threads: 1, resume: true });
    await runTraining(config, at("whole"), { threads: 1 });
    expect(contents(at("going"))).toEqual(contents(at("whole")));
  });

  test("is made anew where a setting changes what it is made from", () => {
    writeFileSync(at("config.yaml"), JSON.stringify(refined()));
    writeFileSync(at("norms.json"), "[4, 2, 1, 1, 2]");
    const made = (...settings: string[]) => resolveConfig(at("config.yaml"), settings).training!.schedule.rates;
    const list = [`training.schedule.run=${at("norms.json")}`, "training.schedule.norm=l2"];
    expect(made(...list)).toEqual([0.125, 0.45, 1, 0.2, 0]);
    expect(made("training.schedule.norm=l1")).toEqual(curveOf(readGradientNorms(at("plain")).l1, "l1"));
    // What lies beside the configuration is found from anywhere.
    expect(made("training.schedule.run=norms.json", "training.schedule.norm=l2")).toEqual([0.125, 0.45, 1, 0.2, 0]);
  });
});

describe("refused is", () => {
  const refusal = (run: string, ...settings: string[]) =>
    refusalOf(() => refined(`training.schedule.run=${run}`, ...settings));

  test("a schedule without a run, and what is none", () => {
    expect(refusalOf(() => tinyPerceptronConfig("training.schedule=refined"))).toBe(
      "perceptron: training.schedule.run: expected the directory of a finished training, or a JSON file with a list of " +
        "gradient norms, got nothing",
    );
    expect(refusal(at("nowhere"))).toBe(`training.schedule: there is no run ${at("nowhere")}`);
    writeFileSync(at("words.json"), '["far"]');
    expect(refusal(at("words.json"))).toBe(
      `training.schedule: ${at("words.json")} must be a JSON list of gradient norms, or the directory of a training`,
    );
    writeFileSync(at("zeros.json"), "[1, 0, 0, 0]");
    expect(refusal(at("zeros.json"), "training.schedule.norm=l2")).toMatch(/the gradients vanish about step 2 of 4/);
  });

  test("a training that an earlier version began", async () => {
    await runTraining(plain, at("earlier"), { threads: 1 });
    const { state } = openRun(at("earlier"), "training").checkpointPaths(STEPS);
    const { tensors } = readSafetensors(state);
    writeSafetensors(state, Object.fromEntries(Object.entries(tensors).filter(([name]) => !name.startsWith("norms."))));
    expect(refusal(at("earlier"))).toBe(
      `training.schedule: ${at("earlier")} has not kept the norms of its gradients, as an earlier version began it; train it anew`,
    );
  });
});
