import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../files/package-root.js";
import { smoke } from "../../testing/smoke-experiment.js";
import { missing } from "../claims/claim.js";
import { absolute, atLeast } from "../claims/expectation.js";
import { intervalOf, medianOf, verdictOf } from "../claims/verdict.js";
import { experimentOf, experiments } from "../registry.js";
import { judged, type Results, readResults, resultOf } from "./results.js";

const folder = join(packageRoot, "docs/experiments/results");
const committed = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));

test("what was measured counts only against what it was held against", () => {
  const [claim] = smoke.claims;
  const result = judged(claim, [5.4]);
  const results: Results = { experiment: "smoke", origin: { versions: {} }, claims: [result] };
  expect(resultOf(claim, results)).toBe(result);
  expect(resultOf(claim, undefined)).toBeUndefined();
  expect(resultOf({ ...claim, name: "other" }, results)).toBeUndefined();
  expect(resultOf({ ...claim, tolerance: absolute(1) }, results)).toBeUndefined();
  expect(resultOf({ ...claim, published: atLeast(5) }, results)).toBeUndefined();
});

test("figures that are not finite are none", () => {
  const [claim] = smoke.claims;
  const { figures } = judged(claim, [1, Number.NaN, Number.POSITIVE_INFINITY, [1, Number.NaN], [1, 2], missing("why")]);
  const none = missing("it is no finite number");
  expect(figures).toEqual([1, none, none, none, [1, 2], missing("why")]);
});

test.each(committed)("the results of %s in docs have the verdicts of their figures", (name) => {
  const { claims } = experimentOf(name);
  const results = readResults(join(folder, `${name}.json`), name)!;
  for (const { name, figures, median, interval, published, tolerance, verdict } of results.claims) {
    expect(claims.map((claim) => claim.name)).toContain(name);
    expect(verdict).toBe(verdictOf(figures, published, tolerance));
    expect(median).toEqual(medianOf(figures));
    const { unit } = claims.find((claim) => claim.name === name)!;
    expect(interval).toEqual(intervalOf(figures, published, unit));
  }
});

test("the experiments on the optimal learning have results in docs, each claim held against what it expects", () => {
  for (const { name, claims, area } of experiments.filter(({ area }) => area === "optimal learning")) {
    const results = readResults(join(folder, `${name}.json`), name);
    // What is held against the search that converges has not been run in full.
    const published = claims.filter((claim) => !claim.name.endsWith("-converging"));
    const missing = published.filter((claim) => resultOf(claim, results) === undefined).map((claim) => claim.name);
    expect([area, missing]).toEqual([area, name === "perceptron" ? ["redundant-low"] : []]);
  }
});
