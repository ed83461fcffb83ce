import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../files/package-root.js";
import { smoke } from "../../testing/smoke-experiment.js";
import { experiments } from "../registry.js";
import { experimentsDocument, readAllResults } from "./experiments-document.js";
import { judged, type Results } from "./results.js";

test("docs/EXPERIMENTS.md is of today's records and results; if not: npm run docs:experiments", () => {
  const results = readAllResults(join(packageRoot, "docs/experiments/results"), experiments);
  expect(readFileSync(join(packageRoot, "docs/EXPERIMENTS.md"), "utf8")).toBe(
    experimentsDocument(experiments, results),
  );
});

const origin = { versions: { format: 1, "learning-law": "0.1.0", node: "v20.20.2", platform: "linux", arch: "x64" } };

test("every claim stands beside its figures and their verdict", () => {
  const [acceleration, ratio] = smoke.claims;
  const claims = [judged(acceleration, [5.4, 5.7]), judged(ratio, [[1.2, 1.3]])];
  const results: Results = { experiment: "smoke", origin, claims };
  const document = experimentsDocument([smoke], new Map([["smoke", results]]));
  expect(document).toContain("| [smoke](#smoke) | optimal learning | 1 | 2 reproduced, 3 not yet measured |");
  expect(document).toContain("(Nobody & al. 2024: *On <Smoke>*, nowhere.)");
  expect(document).toContain(
    `| ${acceleration.says} | 5.50, within 10% of it (figure 1) | 5.40, 5.70 (median 5.55, 95% interval 3.94 to 7.82) | **reproduced** (the interval reaches across`,
  );
  expect(document).toContain(
    "| The compression ratio rises. | rises (figure 2) | 1.20 to 1.30 (one seed) | **reproduced** |",
  );
  expect(document).toContain("at most 0, within 2 standard errors (figure 3) |  | not yet measured |");
  expect(document).toContain("Figures measured with learning-law 0.1.0, node v20.20.2 on linux/x64.");
  expect(document).toContain(`learning-law report runs/reproduce-smoke/${smoke.plans[0].name} --figures figures`);
  expect(document).toContain("| areas | measurement | perceptron | `model.dimension=4` ");
});

test("another figure, and another verdict, is another document", () => {
  const [acceleration] = smoke.claims;
  const of = (figure: number) =>
    experimentsDocument(
      [smoke],
      new Map([["smoke", { experiment: "smoke", origin, claims: [judged(acceleration, [figure])] }]]),
    );
  expect(of(5.4)).toContain("**reproduced**");
  expect(of(0.5)).toContain("| 0.50 (one seed) | **refuted** |");
});

test("without results no claim is measured", () => {
  const document = experimentsDocument([smoke], new Map());
  expect(document).toContain("| 5 not yet measured |");
  expect(document).not.toContain("Figures ");
});
