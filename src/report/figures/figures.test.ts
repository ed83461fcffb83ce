import { expect, test } from "vitest";
import { compareScaling } from "../../curves/scaling-comparison.js";
import { curve, policy, reportData, T } from "../../testing/report-data.js";
import { comparisonRows, comparisonTable } from "../comparison-table.js";
import { tickText } from "../plot.js";
import type { ReportData } from "../report-data.js";
import { drawFigures } from "./all.js";

const drawn = (of: ReportData) => Object.fromEntries(drawFigures(of).map((figure) => [figure.slug, figure]));

test("every figure says what it shows, what the theory predicts and what was found, also to those who cannot see it", () => {
  const figures = drawFigures(reportData());
  expect(figures).toHaveLength(10);
  for (const figure of figures) {
    if ("absent" in figure) throw new Error(`${figure.slug}: ${figure.absent}`);
    for (const text of Object.values(figure.caption)) expect(text).toMatch(/^[^a-z].*[.)]$/);
    expect(figure.svg).toMatch(/^<svg [^>]*role="img"[^>]*><title>/);
    expect(figure.svg).toContain(`aria-label="${figure.caption.found}"`);
    expect(`${figure.svg}${JSON.stringify(figure.caption)}`).not.toMatch(/NaN|undefined|Infinity|null/);
  }
});

test("the same data give the same figures", () => {
  expect(drawFigures(reportData())).toEqual(drawFigures(reportData()));
});

test("a policy that never reaches the conventional loss is said to", () => {
  const { acceleration } = drawn(reportData([policy(0), policy(3, { acceleration: null })]));
  expect(acceleration).toMatchObject({ caption: { found: expect.stringContaining("does not reach") } });
  expect(JSON.stringify(acceleration)).not.toContain('times sooner"');
});

test("a search that finds nothing better than conventional learning is drawn too", () => {
  const figures = drawFigures(reportData([policy(0)], { scaling: compareScaling(curve(1), curve(1)) }));
  expect(JSON.stringify(figures)).not.toMatch(/NaN|undefined|Infinity/);
});

test("conventional learning that gets worse in the end makes no measure, and is said to", () => {
  const conventionalCurve = curve(1).reverse();
  const { acceleration } = drawn(reportData([policy(0), policy(3)], { conventionalCurve }));
  expect(acceleration).toMatchObject({
    caption: { found: expect.stringContaining("does not fall to its end: no acceleration") },
  });
});

test("what cannot be drawn says why", () => {
  const nothing = { similarity: null, nonPositiveZeroShare: null, perfectWeights: [] };
  const scaling = { refused: "the loss curve has 6 steps" };
  const figures = drawn(reportData([policy(0, nothing), policy(3, nothing)], { scaling }));
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

test("a scaling law that the data do not decide is refused in figure and table, with no coefficient anywhere", () => {
  const { scaling } = reportData();
  if ("refused" in scaling) throw new Error(scaling.refused);
  const undecided = "the limit L0 may lie anywhere between 2.87 and 8.47 nats (95%)";
  const data = reportData(undefined, { scaling: { ...scaling, undecided } });
  const { "scaling-law": figure } = drawn(data);
  if ("absent" in figure) throw new Error(figure.absent);
  expect(figure.caption.found).toContain(undecided);
  expect(figure.caption.numbers).toBeUndefined();
  expect(figure.svg).toContain("not decided by the data");
  const [row] = comparisonRows([data]);
  expect([row.improvementOfB, row.improvementOfBeta]).toEqual([null, null]);
  expect(comparisonTable([row]).text).toContain(`no scaling law: ${undecided}`);
});

test("the ticks of a logarithmic axis within a decade have as many digits, and those of more decades what they need", () => {
  expect([5.8, 6, 6.2].map(tickText([5.8, 6, 6.2]))).toEqual(["5.8", "6.0", "6.2"]);
  expect([0.1, 1, 10].map(tickText([0.1, 1, 10]))).toEqual(["0.1", "1", "10"]);
});

test("the map says why all weights are uniform again at the last step", () => {
  expect(JSON.stringify(drawn(reportData()).policy)).toContain("acts only on the losses after its step");
});

test("perturbed examples are marked only where there are any", () => {
  const clean = reportData(undefined, {
    origins: reportData().origins.map((origin) => ({ ...origin, perturbed: false })),
    bestDynamics: reportData().bestDynamics.map((example) => ({ ...example, perturbed: false })),
  });
  for (const slug of ["policy", "weights-over-time"]) {
    expect(JSON.stringify(drawn(reportData())[slug])).toContain(">perturbed<");
    expect(JSON.stringify(drawn(clean)[slug])).not.toContain(">perturbed<");
  }
});

test("curves that are no power laws are said to be none", () => {
  const flat = Float64Array.from({ length: T }, (_, i) => 0.5 + (i % 7) / 100 - i / 1e4);
  const { "scaling-law": figure } = drawn(reportData(undefined, { scaling: compareScaling(flat, curve(1)) }));
  expect(figure).toMatchObject({ caption: { found: expect.stringContaining("hardly power laws") } });
});
