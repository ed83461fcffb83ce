import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import { compareWithBaseline } from "../../runs/training/baseline.js";
import { runTraining } from "../../runs/training/train-run.js";
import { readFigure } from "../../testing/read-figure.js";
import { contents, tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { rewriteJson } from "../../testing/without-digest.js";
import type { Figure } from "../figure.js";
import { color } from "../palette.js";
import { writeFigures } from "../paper/write-figures.js";
import { agreementFigure } from "./agreement-figure.js";
import { beliefByFileFigure, beliefFigure } from "./belief-figure.js";
import { readTrainingReportData } from "./training-data.js";
import { drawTrainingFigures, writeTrainingReport } from "./training-report.js";

const folder = mkdtempSync(join(tmpdir(), "training-report-"));
const at = (name: string) => join(folder, name);
const STEPS = 12;

beforeAll(async () => {
  const corpus = writeCorpus(at("corpus.txt"));
  const settings = ["training.batch=5", `training.steps=${STEPS}`, "training.evaluateEvery=3", "training.warmup=2"];
  for (const [name, ...more] of [["plain"], ["loss", "training.policy=highest-loss"], ["law", "training.policy=law"]])
    await runTraining(tinyTransformerConfig(corpus, ...settings, ...more), at(name), { threads: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const figuresOf = (data = readTrainingReportData(at("loss"), [at("plain")])) =>
  Object.fromEntries(drawTrainingFigures(data).map((figure) => [figure.slug, figure]));
const drawn = (slug: string) => {
  const figure = figuresOf()[slug];
  if ("absent" in figure) throw new Error(figure.absent);
  return figure;
};

test("the loss over steps is a line for the baseline and one for the training, at every evaluation", () => {
  const { loss, plain } = { loss: readTrainingReportData(at("loss")), plain: readTrainingReportData(at("plain")) };
  const figure = readFigure(drawn("loss-over-steps").svg);
  expect(figure.legend).toEqual({ plain: color("conventional"), loss: color("best") });
  const lines = figure.marks.filter(({ kind }) => kind === "line");
  for (const [i, { costs }] of [plain, loss].entries()) {
    expect(costs.at(-1)!.step).toBe(STEPS);
    expect(lines[i].places).toHaveLength(costs.length);
    for (const [j, { step, testLoss }] of costs.entries()) {
      expect(lines[i].places[j][0]).toBeCloseTo(step, 2);
      expect(lines[i].places[j][1]).toBeCloseTo(testLoss, 3);
    }
  }
  const [final] = figure.marks.filter(({ dashed }) => dashed);
  expect(final.places[0][1]).toBeCloseTo(plain.costs.at(-1)!.testLoss, 3);
});

test("there is a figure for each cost, and all say what they show", () => {
  const figures = drawTrainingFigures(readTrainingReportData(at("loss"), [at("plain")]));
  expect(figures.map(({ slug }) => slug)).toEqual([
    ...["loss-over-steps", "loss-over-tokens", "loss-over-gradients", "loss-over-seconds"],
    ...["agreement", "belief", "belief-by-file"],
  ]);
  for (const figure of figures.filter((any): any is Figure => !("absent" in any)))
    expect(`${figure.svg}${JSON.stringify(figure.caption)}`).not.toMatch(/NaN|undefined|Infinity|null/);
});

test("a baseline whose loss rose in the end is said to make any acceleration large", () => {
  const data = readTrainingReportData(at("loss"), [at("plain")]);
  const found = (losses: readonly number[]) => {
    const costs = losses.map((testLoss, i) => ({ step: 10 * i, tokens: i, work: i, seconds: i, testLoss }));
    const [figure] = drawTrainingFigures({ ...data, others: [{ name: "plain", costs, agreements: [] }] });
    return "absent" in figure ? figure.absent : figure.caption.found;
  };
  expect(found([6, 4, 5])).toContain("plain was lowest at step 10, 4.000 nats, and rose after it");
  expect(found([6, 5, 4])).not.toContain("rose");
});

test("belief is a cumulative line of the weights for each kind", () => {
  const data = readTrainingReportData(at("loss"));
  const rows = [0, 0.5, 1, 2].flatMap((weight, id) => [
    { ...data.weights[0], id, weight, perturbed: false },
    { ...data.weights[0], id: id + 4, weight: weight / 2, perturbed: true },
  ]);
  const figure = beliefFigure({ ...data, weights: rows });
  if ("absent" in figure) throw new Error(figure.absent);
  expect(figure.caption.found).toContain("that are perturbed half have a weight below 0.375, and 75.0% less");
  const { legend } = readFigure(figure.svg);
  expect(legend).toEqual({ "not perturbed": color("best"), perturbed: color("perturbed") });
  const same = data.weights.map((row) => ({ ...row, weight: 1 }));
  expect(beliefFigure({ ...data, weights: same })).toMatchObject({ absent: "all examples had the same weight." });
});

test("belief is shown by source file where there are several", () => {
  const data = readTrainingReportData(at("loss"));
  const [row] = data.weights;
  const weights = [0, 0.5, 1, 2].map((weight, id) => ({
    ...row,
    id,
    weight,
    file: id < 2 ? "a/bad.txt" : "b/good.txt",
  }));
  const figure = beliefByFileFigure({ ...data, weights });
  if ("absent" in figure) throw new Error(figure.absent);
  expect(Object.keys(readFigure(figure.svg).legend)).toEqual(["bad.txt", "good.txt"]);
  expect(figure.caption.found).toContain("Of 2 examples of bad.txt half have a weight below 0.250, and 100.0% less");
  expect(beliefByFileFigure(data)).toMatchObject({ absent: "all examples are from one file." });
});

test("agreement is a line over the steps in which the policy measured, of every training that has one", () => {
  const data = readTrainingReportData(at("law"), [at("plain")]);
  const { agreements } = data;
  expect(agreements[0].step).toBe(1);
  expect(agreements.length).toBeGreaterThan(1);
  for (const { agreement } of agreements) expect(agreement).toBeLessThanOrEqual(1);
  const figure = agreementFigure(data);
  if ("absent" in figure) throw new Error(figure.absent);
  const lines = readFigure(figure.svg).marks.filter(({ kind, dashed }) => kind === "line" && !dashed);
  expect(lines.map(({ color }) => color)).toEqual([color("best")]);
  expect(lines[0].places).toHaveLength(agreements.length);
  for (const [i, { step, agreement }] of agreements.entries()) {
    expect(lines[0].places[i][0]).toBeCloseTo(step, 1);
    expect(lines[0].places[i][1]).toBeCloseTo(agreement, 1);
  }
  expect(figure.caption.found).toContain(`law measured in ${agreements.length} of ${STEPS} steps`);
  expect(agreementFigure(readTrainingReportData(at("loss")))).toMatchObject({
    absent: expect.stringContaining("no policy here measured contributions"),
  });
});

test("the dots are where the training and its baseline reach the final loss, in the ratio that is claimed", () => {
  const costs = (losses: readonly number[]) =>
    losses.map((testLoss, i) => ({ step: 10 * i, tokens: 10 * i, work: 10 * i, seconds: i, testLoss }));
  const [law, plain] = [costs([6, 4, 3, 2]), costs([6, 5, 4.5, 4])];
  const data = {
    ...readTrainingReportData(at("law")),
    ...{ costs: law, others: [{ name: "plain", costs: plain, agreements: [] }] },
    comparisons: [{ name: "law", comparison: compareWithBaseline(law, plain) }],
  };
  const [figure] = drawTrainingFigures(data);
  if ("absent" in figure) throw new Error(figure.absent);
  const { marks, words } = readFigure(figure.svg);
  const dots = marks.filter(({ kind }) => kind === "dot").map(({ places: [[x, y]] }) => [Math.round(x), Math.round(y)]);
  expect(dots).toEqual([
    [10, 4],
    [30, 4],
  ]);
  expect(words.map(({ text }) => text)).toContain("3.00 times sooner");
});

test("a training that was measured on other test text, length or vocabulary is refused", async () => {
  const other = async (name: string, ...more: string[]) => {
    const settings = ["training.batch=5", "training.steps=2", ...more];
    await runTraining(tinyTransformerConfig(at("corpus.txt"), ...settings), at(name), { threads: 1 });
    return () => readTrainingReportData(at("loss"), [at("plain"), at(name)]);
  };
  for (const [name, setting, message] of [
    ["longer", "data.length=9", "its examples have 9 tokens, and these 8"],
    ["fewer", "data.vocabulary=20", "it predicts 20 outcomes, and this learning"],
    ["reseeded", "seed=9", "it was measured on other test examples"],
  ]) {
    const compared = await other(name, setting);
    expect(compared).toThrow(InputError);
    expect(compared).toThrow(`the training ${at(name)} does not compare: ${message}`);
  }
});

describe("the page", () => {
  test("has the acceleration and the texts, needs nothing else, and is the same again", () => {
    const summary = writeTrainingReport(at("loss"), { others: [at("plain")], out: at("page.html") });
    expect(Object.keys(summary.accelerations)).toEqual(["loss"]);
    const page = readFileSync(at("page.html"), "utf8");
    expect(page).toContain("How many times sooner the final test loss of plain is reached");
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    writeTrainingReport(at("loss"), { others: [at("plain")], out: at("page.html") });
    expect(readFileSync(at("page.html"), "utf8")).toBe(page);
  });

  test("without others has no acceleration", () => {
    expect(writeTrainingReport(at("plain")).accelerations).toEqual({});
    expect(readFileSync(at("plain/report.html"), "utf8")).toContain("Name other trainings after this one");
  });

  test("has the belief at the end of each kind, where the policy keeps one", () => {
    writeTrainingReport(at("law"), { out: at("law.html") });
    const page = readFileSync(at("law.html"), "utf8");
    rmSync(at("law.html"));
    const kept = readTrainingReportData(at("law")).weights.filter((row) => !row.perturbed && row.weight !== null);
    const belief = kept.reduce((sum, row) => sum + row.belief! / kept.length, 0);
    const cells = /not perturbed<\/th>(.*)<\/tr>/.exec(page)![1].split("</td>");
    expect(Number(cells.at(-2)!.replace("<td>", ""))).toBeCloseTo(belief, 2);
    writeTrainingReport(at("plain"), { out: at("plain.html") });
    expect(readFileSync(at("plain.html"), "utf8")).not.toContain("Belief at the end");
    rmSync(at("plain.html"));
  });

  test("has its figures for print too", async () => {
    const paths = await writeFigures(at("loss"), at("print"), { others: [at("plain")] });
    expect(paths).toContain(at("print/04-loss-over-seconds.pdf"));
  });
});

test("what is no finished training is refused, and nothing is written", async () => {
  await runTraining(tinyPerceptronConfig("training.batch=5", "training.steps=4"), at("short"), { threads: 1 });
  const state = at("short/state.json");
  rewriteJson(state, { step: 3 });
  const before = contents(folder);
  const refused = (run: string, others: string[], message: string) => {
    expect(() => writeTrainingReport(at(run), { others: others.map(at) })).toThrow(InputError);
    expect(() => writeTrainingReport(at(run), { others: others.map(at) })).toThrow(message);
  };
  refused("none", [], "there is no run");
  refused("loss", ["none"], "there is no run");
  refused("short", [], "at step 3 of 4; finish it with train --resume");
  expect(contents(folder)).toEqual(before);
});
