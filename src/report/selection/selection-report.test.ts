import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import { selectFromRun } from "../../runs/selection/select-run.js";
import { recordPath } from "../../runs/selection/selection-folder.js";
import { runTraining } from "../../runs/training/train-run.js";
import { readFigure } from "../../testing/read-figure.js";
import { contents, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { writeAnyReport } from "../any-report.js";
import type { Figure } from "../figure.js";
import { number } from "../format.js";
import { color } from "../palette.js";
import { readSelectionReportData, type SelectionReportData } from "./selection-data.js";
import { drawSelectionFigures, writeSelectionReport } from "./selection-report.js";

const folder = mkdtempSync(join(tmpdir(), "selection-report-"));
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  const corpus = writeCorpus(at("corpus.txt"));
  const texts = readFileSync(corpus, "utf8").split("\n\n");
  writeFileSync(at("spoiled.txt"), texts.map((text) => [...text].reverse().join("")).join("\n\n"));
  const steps = ["training.steps=4", "training.batch=4"];
  await runTraining(tinyTransformerConfig(corpus, ...steps), at("run"), { threads: 1 });
  const given = { corpus: [corpus, at("spoiled.txt")], threads: 1 };
  await selectFromRun(at("run"), { ...given, fraction: 0.3, out: at("some.jsonl") });
  const rows = texts.map((text, i) => JSON.stringify({ text, kind: i % 2 === 0 ? "even" : "odd" }));
  writeFileSync(at("kinds.jsonl"), `${rows.join("\n")}\n`);
  const carry = { columns: ["kind"] };
  await selectFromRun(at("run"), {
    corpus: [at("kinds.jsonl")],
    threads: 1,
    carry,
    fraction: 0.3,
    out: at("by-kind.jsonl"),
  });
  await selectFromRun(at("run"), { ...given, fraction: 0.3, distil: 100, out: at("distilled.jsonl") });
});
afterAll(() => rmSync(folder, { recursive: true }));

const rows = (): { file: string; text: string; score: number; tokens: number }[] =>
  readFileSync(at("some.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const drawn = (slug: string, data: SelectionReportData = readSelectionReportData(at("some.jsonl"))): Figure => {
  const figure = drawSelectionFigures(data).find((figure) => figure.slug === slug)!;
  if ("absent" in figure) throw new Error(figure.absent);
  return figure;
};

test("the histogram has a line at the threshold and says how many do harm", () => {
  const { summary } = readSelectionReportData(at("some.jsonl"));
  const figure = drawn("scores");
  const { legend, marks } = readFigure(figure.svg);
  expect(legend).toEqual({ taken: color("best"), left: color("conventional") });
  const [threshold] = marks.filter(({ dashed }) => dashed);
  expect(threshold.places[0][0]).toBeCloseTo(summary.threshold, 2);
  expect(figure.caption.found).toContain(`with scores from ${number(summary.threshold)} were taken`);
});

test("the line of shares falls from the best, through what was taken", () => {
  const { summary } = readSelectionReportData(at("some.jsonl"));
  const { marks } = readFigure(drawn("shares").svg);
  const line = marks.find(({ kind }) => kind === "line")!.places;
  expect(line[0][0]).toBeCloseTo(0, 3);
  expect(line.at(-1)![0]).toBeCloseTo(1, 3);
  for (let i = 1; i < line.length; i++) expect(line[i][1]).toBeLessThanOrEqual(line[i - 1][1] + 1e-6);
  const dot = marks.find(({ kind }) => kind === "dot")!.places[0];
  expect(dot[0]).toBeCloseTo(summary.selectedTokens / summary.tokens, 3);
  expect(dot[1]).toBeCloseTo(summary.threshold, 2);
});

test("the share of each file is what lies in the selection", () => {
  const data = readSelectionReportData(at("some.jsonl"));
  for (const file of data.files) {
    const own = rows().filter(({ file: name }) => name === file.name);
    expect(file.selectedDocuments).toBe(own.length);
    expect(file.selectedTokens).toBe(own.reduce((sum, { tokens }) => sum + tokens, 0));
  }
  expect(drawn("files").caption.found).toMatch(/^Of the whole corpus .* of corpus\.txt .*, of spoiled\.txt /);
  const [one] = data.files;
  expect(drawSelectionFigures({ ...data, files: [one] })[2]).toMatchObject({ absent: "the corpus is one file." });
});

test("the share of each kind is shown where a column was passed on", () => {
  const data = readSelectionReportData(at("by-kind.jsonl"));
  const taken = readFileSync(at("by-kind.jsonl"), "utf8").match(/"kind":"even"/g)!.length;
  const [{ column, values }] = data.kinds;
  expect(column).toBe("kind");
  expect(values.find(({ name }) => name === "even")).toMatchObject({ selectedDocuments: taken });
  const figure = drawn("kinds-1", data);
  expect(figure.title).toBe("The share taken of each kind");
  expect(figure.caption.found).toMatch(/of (even|odd) .*, of (even|odd) /);
  writeSelectionReport(at("by-kind.jsonl"), { out: at("by-kind.html") });
  expect(readFileSync(at("by-kind.html"), "utf8")).toContain("What was taken, by kind");
  rmSync(at("by-kind.html"));
});

test("the distilled scorer is drawn on windows that it was not fitted to, where there is one", () => {
  const data = readSelectionReportData(at("distilled.jsonl"));
  const figure = drawn("distilled", data);
  expect(figure.caption.found).toContain(data.summary.distilled!.pearson.toFixed(3));
  const dots = readFigure(figure.svg).marks.filter(({ kind }) => kind === "dot");
  expect(dots.length).toBe(data.summary.distilled!.heldOutWindows);
  for (const [i, { places }] of dots.entries()) {
    expect(places[0][0]).toBeCloseTo(data.heldOut!.measured[i], 1);
    expect(places[0][1]).toBeCloseTo(data.heldOut!.predicted[i], 1);
  }
  const absent = drawSelectionFigures(readSelectionReportData(at("some.jsonl")))[3];
  expect(absent).toMatchObject({ absent: expect.stringContaining("no --distil") });
});

describe("the page", () => {
  test("has the texts around the threshold, needs nothing else, and is the same again", () => {
    const { out } = writeSelectionReport(at("some.jsonl"));
    expect(out).toBe(at("some.jsonl.report.html"));
    const page = readFileSync(out, "utf8");
    const sorted = rows().toSorted((a, b) => b.score - a.score);
    for (const { text } of [sorted[0], sorted[sorted.length - 1]]) expect(page).toContain(text);
    expect(page).toContain("Just below the threshold");
    expect(page).not.toMatch(/NaN|undefined|Infinity|<script|https?:\/\/(?!www\.w3\.org)/);
    writeSelectionReport(at("some.jsonl"));
    expect(readFileSync(out, "utf8")).toBe(page);
  });

  test("has its figures for print too", async () => {
    const { figures } = await writeAnyReport(at("distilled.jsonl"), { figures: at("print"), width: 85 });
    expect(figures).toContain(at("print/04-distilled.pdf"));
    expect(readFileSync(at("print/01-scores.txt"), "utf8")).toMatch(/^Figure 1\. The scores of the documents/);
  });
});

test("what is no selection, and a bad place, are refused in one sentence, and nothing is written", async () => {
  const before = () => {
    const { "some.jsonl.report.html": _, ...rest } = contents(folder);
    return rest;
  };
  const refused = async (name: string, message: string, options = {}) => {
    const now = before();
    const report = writeAnyReport(at(name), options);
    await expect(report).rejects.toThrow(InputError);
    await expect(report).rejects.toThrow(message);
    expect(before()).toEqual(now);
  };
  await refused("corpus.txt", "corpus.txt.selection.json beside it: give a file that learning-law select wrote");
  await refused("some.jsonl", "is a selection, which is reported alone; leave out", { others: [at("run")] });
  await refused("some.jsonl", "must end in .html", { out: at("bad.txt"), figures: at("not-made") });
  await refused("some.jsonl", "is a file; --png takes a folder", { png: at("corpus.txt"), figures: at("not-made") });
  const record = readFileSync(recordPath(at("distilled.jsonl")), "utf8");
  writeFileSync(recordPath(at("distilled.jsonl")), record.replace('"fraction": 0.3', '"fraction": 0.4'));
  await refused("distilled.jsonl", "distilled.jsonl.selection.json is damaged");
});
