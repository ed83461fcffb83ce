import { expect, test } from "vitest";
import { compareScaling } from "../../curves/scaling-comparison.js";
import type { EpochEvaluation, EvaluatedStep } from "../../runs/evaluation/evaluation.js";
import { uniformPolicy } from "../../search/policy.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import type { EvaluatedPolicy, ReportData } from "../report-data.js";
import { drawFigures } from "./all.js";

const T = 50;
const curve = (scale: number) => Float64Array.from({ length: T }, (_, i) => 0.1 + scale * (i + 1) ** -0.5);

function summary(epoch: number, changes: Partial<EpochEvaluation> = {}): EpochEvaluation {
  return {
    ...{ epoch, testArea: 0.5 - epoch / 10, finalTestLoss: 0.2, acceleration: 1 + epoch },
    ...{ compressionRatio: 1.4 + epoch / 10, logCompressionRatio: 0.3 + epoch / 10, similarity: 1 + epoch },
    ...{ zeroShare: 0.2, zeroPerturbedShare: 0.9, nonPositiveShare: 0.1, nonPositiveZeroShare: epoch / 4 },
    ...{ positiveLowShare: 0.3, perfectShare: 0.1, perfectLowShare: 0.4, dropped: [] },
    perfectWeights: [
      { weight: 0, share: 0.5 },
      { weight: 1, share: 1 },
    ],
    ...changes,
  };
}

function policy(epoch: number, changes: Partial<EpochEvaluation> = {}): EvaluatedPolicy {
  const step = { epoch, mean: 1, deviation: 1, weighted: 4, perfect: 0, perfectLow: 0 };
  const counts = { nonPositive: 0, nonPositiveZero: 0, positive: 4, positiveLow: 0 };
  const similarity = changes.similarity === null ? null : 1 + epoch;
  const steps = Array.from(curve(1), (loss, i): EvaluatedStep => ({ ...step, ...counts, step: i, loss, similarity }));
  return { summary: summary(epoch, changes), steps, rank: epoch / 3 };
}

/** A run of three epochs over four examples. */
function data(policies = [0, 1, 2, 3].map((epoch) => policy(epoch)), changes: Partial<ReportData> = {}): ReportData {
  const epochs = policies.map(({ summary }) => summary);
  const best = epochs[epochs.length - 1];
  const examples = [0, 1, 2, 3];
  return {
    ...{ name: "small", config: tinyPerceptronConfig(`learning.steps=${T}`), parameters: 4, outcomes: 2, versions: {} },
    evaluation: {
      ...{ run: "small", epochs, best: best.epoch, similarityCorrelation: 1 },
      similarityAsymptote: { limit: 0.8, scale: 0.5 },
      scaling: null,
    },
    ...{ conventional: epochs[0], best, conventionalCurve: curve(1), bestCurve: curve(0.5) },
    scaling: compareScaling(curve(1), curve(0.5)),
    metrics: [0, 1, 2, 3].map((epoch) => ({ ...summary(epoch), area: 0.4, validationArea: 0.4 })),
    ...{ policies, bestPolicy: uniformPolicy(T, 4), others: [] },
    bestDynamics: examples.map((id) => {
      const [steps, weights] = [Array.from({ length: T }, (_, t) => t), new Array(T).fill(id / 2)];
      return { epoch: 3, id, perturbed: id === 0, steps, weights, contributions: weights.map(() => id - 1) };
    }),
    bestExamples: [],
    origins: examples.map((id) => ({ document: "d", window: 0, text: `text ${id}`, perturbed: id === 0 })),
    ...changes,
  };
}

const drawn = (of: ReportData) => Object.fromEntries(drawFigures(of).map((figure) => [figure.slug, figure]));

test("every figure says what it shows, what the theory predicts and what was found, also to those who cannot see it", () => {
  const figures = drawFigures(data());
  expect(figures).toHaveLength(9);
  for (const figure of figures) {
    if ("absent" in figure) throw new Error(`${figure.slug}: ${figure.absent}`);
    for (const text of Object.values(figure.caption)) expect(text).toMatch(/^[^a-z].*[.)]$/);
    expect(figure.svg).toMatch(/^<svg [^>]*role="img"[^>]*><title>/);
    expect(figure.svg).toContain(`aria-label="${figure.caption.found}"`);
    expect(`${figure.svg}${JSON.stringify(figure.caption)}`).not.toMatch(/NaN|undefined|Infinity|null/);
  }
});

test("the same data give the same figures", () => {
  expect(drawFigures(data())).toEqual(drawFigures(data()));
});

test("a policy that never reaches the conventional loss is said to", () => {
  const { acceleration } = drawn(data([policy(0), policy(3, { acceleration: null })]));
  expect(acceleration).toMatchObject({ caption: { found: expect.stringContaining("does not reach") } });
  expect(JSON.stringify(acceleration)).not.toContain('times sooner"');
});

test("a search that finds nothing better than conventional learning is drawn too", () => {
  const figures = drawFigures(data([policy(0)], { scaling: compareScaling(curve(1), curve(1)) }));
  expect(JSON.stringify(figures)).not.toMatch(/NaN|undefined|Infinity/);
});

test("conventional learning that gets worse in the end makes any acceleration large, and is said to", () => {
  const { acceleration } = drawn(data([policy(0, { acceleration: 1.7 }), policy(3)]));
  expect(acceleration).toMatchObject({
    caption: { found: expect.stringContaining("passes its final loss 1.70 times") },
  });
});

test("what cannot be drawn says why", () => {
  const nothing = { similarity: null, nonPositiveZeroShare: null, perfectWeights: [] };
  const scaling = { refused: "the loss curve has 6 steps" };
  const figures = drawn(data([policy(0, nothing), policy(3, nothing)], { scaling }));
  expect(
    Object.values(figures).flatMap((figure) => ("absent" in figure ? [`${figure.slug}: ${figure.absent}`] : [])),
  ).toEqual([
    "similarity-over-loss: the contributions deviate at fewer than two steps.",
    "similarity: SIM is defined under none of the evaluated policies.",
    "zero-weights: under all evaluated policies every example contributes positively at every step.",
    "perfectly-learned: no example is ever perfectly learned (loss below 0.000001).",
    "scaling-law: the loss curve has 6 steps.",
  ]);
});

test("perturbed examples are marked only where there are any", () => {
  const clean = data(undefined, {
    origins: data().origins.map((origin) => ({ ...origin, perturbed: false })),
    bestDynamics: data().bestDynamics.map((example) => ({ ...example, perturbed: false })),
  });
  for (const slug of ["policy", "weights-over-time"]) {
    expect(JSON.stringify(drawn(data())[slug])).toContain(">perturbed<");
    expect(JSON.stringify(drawn(clean)[slug])).not.toContain(">perturbed<");
  }
});

test("curves that are no power laws are said to be none", () => {
  const flat = Float64Array.from({ length: T }, (_, i) => 0.5 + (i % 7) / 100 - i / 1e4);
  const { "scaling-law": figure } = drawn(data(undefined, { scaling: compareScaling(flat, curve(1)) }));
  expect(figure).toMatchObject({ caption: { found: expect.stringContaining("hardly power laws") } });
});
