import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveConfig } from "../runs/config/resolve-config.js";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import { refusalOf } from "../testing/refusal.js";
import { searches } from "../testing/smoke-experiment.js";
import { areas, byArea } from "./experiment.js";
import type { Plan } from "./plans/plan.js";
import { experimentOf, experiments } from "./registry.js";
import { resultsOf } from "./results/results.js";

const folder = mkdtempSync(join(tmpdir(), "registry-"));
const evaluations: EvaluationSummary[] = [];
beforeAll(async () => {
  const runs = () => {
    throw new Error("a search needs no other plan");
  };
  for (const search of searches)
    evaluations.push(await search.run({ directory: join(folder, search.name), runs, threads: 1 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("names differ, and each finds its experiment", () => {
  for (const experiment of experiments) expect(experimentOf(experiment.name)).toBe(experiment);
  expect(new Set(experiments.map(({ name }) => name)).size).toBe(experiments.length);
  expect(refusalOf(() => experimentOf("perceptrons"))).toBe(
    "there is no experiment perceptrons; the nearest is perceptron",
  );
});

test("by area all are there once", () => {
  const listed = byArea(experiments);
  expect(listed.flatMap(({ experiments }) => experiments.map(({ name }) => name)).sort()).toEqual(
    experiments.map(({ name }) => name).sort(),
  );
  expect(listed.map(({ area }) => areas.indexOf(area))).toEqual(
    listed.map(({ area }) => areas.indexOf(area)).sort((a, b) => a - b),
  );
});

describe.each(experiments.map((experiment) => [experiment.name, experiment] as const))("%s", (_, experiment) => {
  const { name, about, minutes, plans, claims } = experiment;

  test("is a sound record", () => {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(about).toMatch(/^[A-Z].*\?$/);
    expect(minutes).toBeGreaterThan(0);
    for (const { preset, settings, work } of plans) {
      resolveConfig(preset, settings);
      expect(work()).toBeGreaterThanOrEqual(0);
    }
    expect(new Set(plans.map((plan) => plan.name)).size).toBe(plans.length);
    expect(new Set(claims.map((claim) => claim.name)).size).toBe(claims.length);
    for (const { name, says } of claims) {
      expect(name).toMatch(/^[a-zA-Z0-9-]+$/);
      expect(says).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("its claims can be held against any evaluation, be it of another search", () => {
    const runs = <Result>(plan: Plan<Result>) => evaluations[plans.indexOf(plan as Plan) % 2] as Result;
    const results = resultsOf(experiment, runs, { versions: {} });
    expect(results.claims).toHaveLength(claims.length);
    for (const { figures } of results.claims) expect(figures.length).toBeGreaterThan(0);
  });
});

const flipped = "data.labelNoise=0.05";
const published = (epochs: number, epsilon: number, keepEvery: number) =>
  `search.step=scheduled search.block=1 search.epochs=${epochs} search.epsilon=${epsilon} search.keepEvery=${keepEvery}`;

test("the plans of the optimal learning are those that its results were measured with", () => {
  const words = (name: string) =>
    experimentOf(name).plans.map(({ name, kind, preset, settings }) => [name, kind, preset, ...settings].join(" "));
  expect(words("perceptron")).toEqual([
    ...[1, 2, 3, 4, 5].map(
      (seed) => `seed-${seed} search perceptron ${flipped} ${published(500, 0.001, 50)} seed=${seed}`,
    ),
    ...[1, 2, 3, 4, 5].map(
      (seed) =>
        `converging-${seed} search perceptron ${flipped} data.desiredExamples=8192 search.epochs=80 search.keepEvery=20 ` +
        `search.step.name=quasi-newton search.step.boldness=5 seed=${seed}`,
    ),
  ]);
  expect(words("transformer-small")).toEqual([
    `transformer-small search transformer-small ${published(6, 0.4, 1)}`,
    "converging search transformer-small",
  ]);
  expect(words("table")).toEqual(
    [
      [50, 128, 8],
      [100, 256, 4],
      [200, 512, 2],
      [400, 1024, 1],
    ].map(
      ([steps, examples, epsilon]) =>
        `steps-${steps} search transformer-small learning.steps=${steps} data.examples=${examples} ${published(3, epsilon, 1)}`,
    ),
  );
});
