import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { exportModel } from "../export/export-model.js";
import { exampleWeights, readOrigins, trainedWeights } from "../export/export-weights.js";
import { writeReport } from "../report/report.js";
import { refusal } from "../testing/refusal.js";
import { contents, tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../testing/runs.js";
import type { Config } from "./config/config.js";
import { evaluateRun } from "./evaluation/evaluate-run.js";
import { examplesFile } from "./log/compute-run.js";
import { openRun, runKind } from "./log/run-directory.js";
import { loadPolicy } from "./policy-file.js";
import { runSearch } from "./search/search-run.js";
import { selectFromRun } from "./selection/select-run.js";
import { loadWeightTotals } from "./training/checkpoint.js";
import { generateText } from "./training/generate-text.js";
import { runTraining } from "./training/train-run.js";
import { openTrainedModel } from "./training/trained-model.js";

/*
 * Runs of format 1, which learning-law wrote until its optimizers had settings of their own. Everything but config.yaml
 * and versions.json is as it is today.
 */

const folder = mkdtempSync(join(tmpdir(), "earlier-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const threads = 1;

const searched = tinyPerceptronConfig();
let trained: Config;

/** The section training as it was written then: the settings of all optimizers and schedules beside their names. */
const section = {
  ...{ optimizer: "adamw", learningRate: 0.003, batch: 4, accumulate: 1, schedule: "cosine", warmup: 50, decay: 0.2 },
  ...{ weightDecay: 0.1, beta1: 0.9, beta2: 0.99, momentum: 0.9, clip: 1, average: null, evaluateEvery: 20 },
  ...{ checkpointEvery: 2, steps: 4, policy: "law" },
};

function asFormat1(directory: string, config: object): void {
  const path = join(directory, "versions.json");
  const { kind: _, config: __, digest: ___, ...versions } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, `${JSON.stringify({ ...versions, format: 1 }, null, 2)}\n`);
  writeFileSync(join(directory, "config.yaml"), stringify(config, { aliasDuplicateObjects: false }));
}

beforeAll(async () => {
  const corpus = writeCorpus(at("corpus.txt"));
  const steps = ["training.steps=4", "training.checkpointEvery=2", "training.batch=4", "training.policy=law"];
  trained = tinyTransformerConfig(corpus, ...steps);
  await runSearch(searched, at("search"), { threads });
  await runTraining(trained, at("training"), { threads });
  asFormat1(at("search"), searched);
  asFormat1(at("training"), { ...trained, training: section });
});

describe("a run of format 1", () => {
  test("says so, and of which kind it is", () => {
    expect([at("search"), at("training")].map(runKind)).toEqual(["search", "training"]);
    expect(openRun(at("search")).format).toBe(1);
    expect(openRun(at("training"), "training").format).toBe(1);
    expect(() => openRun(at("training"))).toThrow("is the directory of a training, and that of a search is wanted");
  });

  test("is not continued, and stays as it is", async () => {
    const before = contents(folder);
    for (const [name, continued] of [
      ["search", runSearch(searched, at("search"), { threads, resume: true })],
      ["training", runTraining(trained, at("training"), { threads, resume: true })],
    ] as const)
      expect(await refusal(continued)).toBe(
        `${at(name)} was begun with an earlier version of learning-law (format 1): it can be read and not continued; ` +
          "start a new run",
      );
    expect(contents(folder)).toEqual(before);
  });
});

describe("what a run of format 1 gives is what one of today gives:", () => {
  const both = async <T>(kind: "search" | "training", result: (directory: string) => T | Promise<T>) => {
    const [then, now] = [await result(at(kind)), await result(at(`${kind}-today`))];
    expect(then).toEqual(now);
    return then;
  };

  beforeAll(async () => {
    await runSearch(searched, at("search-today"), { threads });
    await runTraining(trained, at("training-today"), { threads });
  });

  test("a search's evaluation", async () => {
    const { best } = await both("search", async (directory) => {
      const { run: _, ...summary } = await evaluateRun(directory, { threads });
      return summary;
    });
    expect(best).toBeGreaterThan(0);
    const files = await both("search", (directory) => contents(join(directory, "evaluation")));
    expect(Object.keys(files)).toContain("steps.parquet");
  });

  test("a search's report", async () => {
    await both("search", (directory) => {
      const { run: _, out, rows, ...summary } = writeReport(directory);
      expect(readFileSync(out, "utf8")).toContain("format: ");
      return { ...summary, rows: rows.map(({ name: _, ...row }) => row) };
    });
  });

  test("a search's weights", async () => {
    const rows = await both("search", (directory) => {
      const run = openRun(directory);
      return exampleWeights(loadPolicy(run.policyPath(1)), readOrigins(run.path(examplesFile)));
    });
    expect(rows).toHaveLength(16);
  });

  test("a training's weights", async () => {
    const rows = await both("training", (directory) => {
      const run = openRun(directory, "training");
      return trainedWeights(loadWeightTotals(run.checkpointPaths(4)), readOrigins(run.path(examplesFile)));
    });
    expect(rows).toHaveLength(12);
  });

  test("a training's text", async () => {
    const options = { prompt: "the cat", tokens: 5, temperature: 1, seed: 1, threads };
    const { tokens } = await both("training", (directory) => generateText(openTrainedModel(directory), options));
    expect(tokens).toBeGreaterThan(0);
  });

  test("a training's model for others", async () => {
    const files = await both("training", (directory) => {
      exportModel(openTrainedModel(directory), `${directory}-model`);
      return contents(`${directory}-model`);
    });
    expect(Object.keys(files)).toContain("onnx/model.onnx");
  });

  test("a training's selection", async () => {
    const lines = await both("training", async (directory) => {
      const out = `${directory}.jsonl`;
      await selectFromRun(directory, { corpus: [at("corpus.txt")], fraction: 0.5, out, threads });
      return readFileSync(out, "utf8");
    });
    expect(lines.split("\n").length).toBeGreaterThan(10);
  });
});
