import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { contents, tinyPerceptronSettings } from "../testing/runs.js";
import { reproduce } from "./reproduce.js";
import { type Reproduction, reproductions } from "./reproductions.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reproduce-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const tiny: Reproduction = {
  about: "two tiny perceptrons",
  searches: [1, 2].map((seed) => ({
    name: `seed-${seed}`,
    preset: "perceptron",
    settings: [...tinyPerceptronSettings, "learning.steps=60", `seed=${seed}`],
  })),
  claims: reproductions.perceptron.claims,
};

test("searches, evaluates and draws, with measured beside published", async () => {
  const fractions: number[] = [];
  const { claims, report, evaluations } = await reproduce(tiny, join(folder, "whole"), {
    threads: 1,
    onProgress: ({ fraction }) => fractions.push(fraction),
  });
  expect(existsSync(report)).toBe(true);
  expect(evaluations.map(({ run }) => run)).toEqual([1, 2].map((seed) => join(folder, "whole", `seed-${seed}`)));
  const speeds = evaluations.map(({ epochs, best }) => epochs[best].acceleration!.toFixed(2));
  expect(claims[0]).toEqual({
    claim: "acceleration at the end",
    measured: speeds.join(", "),
    published: "5.50",
  });
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBeCloseTo(1, 9);
});

test("an interrupted one goes on where it was, and ends with the same bytes", async () => {
  const controller = new AbortController();
  const interrupted = reproduce(tiny, join(folder, "again"), {
    threads: 1,
    signal: controller.signal,
    onProgress: ({ note }) => {
      if (note.startsWith("seed-2: search, epoch 2")) controller.abort(new Error("enough"));
    },
  });
  await expect(interrupted).rejects.toThrow("enough");
  await reproduce(tiny, join(folder, "again"), { threads: 1 });
  expect(contents(join(folder, "again"))).toEqual(contents(join(folder, "whole")));
});

test("a run whose creation was interrupted is begun again", async () => {
  const one = { ...tiny, searches: tiny.searches.slice(0, 1) };
  mkdirSync(join(folder, "created/seed-1"), { recursive: true });
  writeFileSync(join(folder, "created/seed-1/.creating"), "");
  const { evaluations } = await reproduce(one, join(folder, "created"), { threads: 1 });
  expect(evaluations).toHaveLength(1);
});

test.each(Object.entries(reproductions))("the plan of %s is sound", async (_, { searches, claims }) => {
  for (const { preset, settings } of searches) resolveConfig(preset, settings);
  expect(new Set(searches.map(({ name }) => name)).size).toBe(searches.length);
  // Its claims can be stated of any evaluation, be it of another search.
  const { evaluations } = await reproduce(tiny, join(folder, "whole"), { threads: 1 });
  const stated = claims(searches.map((_, i) => evaluations[i % 2]));
  expect(stated.length).toBeGreaterThan(0);
  for (const { claim, measured, published } of stated) {
    expect(claim + published).not.toMatch(/undefined|NaN/);
    expect(measured).not.toMatch(/undefined|NaN/);
  }
});
