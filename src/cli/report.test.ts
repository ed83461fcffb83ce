import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command, sets } from "../testing/command.js";
import { tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("search --report ends with the report, and report draws it again, also as pictures", async () => {
  const settings = sets([...tinyPerceptronSettings, "learning.steps=60"]);
  const searched = await command(folder, "search", "perceptron", ...settings, "--out", "run", "--report", "--json");
  expect(searched.code).toBe(0);
  expect(searched.stderr).toContain("The report is run/report.html");
  expect(JSON.parse(searched.stdout)).toMatchObject({ run: "run", report: "run/report.html" });

  const page = readFileSync(join(folder, "run/report.html"), "utf8");
  const drawn = await command(folder, "report", "run", "--out", "again.html", "--png", "figures");
  expect(drawn.code).toBe(0);
  expect(drawn.stdout).toMatch(/^The report is again\.html\n\d figures are in figures\n$/);
  expect(readFileSync(join(folder, "again.html"), "utf8")).toBe(page);
  expect(readdirSync(join(folder, "figures"))).toContain("02-acceleration.png");

  const print = await command(folder, "report", "run", "--figures", "print", "--width", "8.5cm");
  expect(print.stdout).toMatch(/^The report is run\/report\.html\n\d figures with their captions are in print\n$/);
  expect(readdirSync(join(folder, "print"))).toContain("02-acceleration.pdf");
  for (const [options, message] of [
    [["--width", "85mm"], "--width is of the files of --figures"],
    [["--figures", "print", "--width", "85"], "It must be a width such as 160mm or 8.5cm."],
    [["--figures", "print", "--width", "5mm"], "a figure is from 20 to 1000 mm wide, not 5"],
  ] as const) {
    const refused = await command(folder, "report", "run", ...options);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
  }

  const json = JSON.parse((await command(folder, "report", "run", "--json")).stdout);
  expect(json).toMatchObject({ run: "run", out: "run/report.html", acceleration: expect.any(Number) });
});

describe("report draws", () => {
  beforeAll(async () => {
    writeCorpus(join(folder, "corpus.txt"));
    const tiny = [...tinyTransformerSettings("corpus.txt"), "training.steps=6", "training.batch=4"];
    const given = [...sets([...tiny, "training.evaluateEvery=2"]), "--threads", "1"];
    for (const [name, ...more] of [["plain"], ["law", "--policy", "law"], ["loss", "--policy", "highest-loss"]])
      expect((await command(folder, "train", "quickstart", ...given, ...more, "--out", name)).code).toBe(0);
  });

  test("a training, and two beside their baseline for print", async () => {
    const alone = await command(folder, "report", "law");
    expect([alone.code, alone.stdout]).toEqual([0, "The report is law/report.html\n"]);
    const three = await command(folder, "report", "law", "plain", "loss", "--figures", "law-print", "--json");
    const { accelerations, figures } = JSON.parse(three.stdout);
    expect(Object.keys(accelerations)).toEqual(["law", "loss"]);
    expect(figures).toContain("law-print/01-loss-over-steps.svg");
  });

  test("a selection, also for print", async () => {
    const corpus = ["--corpus", "corpus.txt", "--fraction", "0.5", "--threads", "1"];
    expect((await command(folder, "select", "law", ...corpus, "--out", "taken.jsonl")).code).toBe(0);
    const selection = await command(folder, "report", "taken.jsonl", "--figures", "taken", "--png", "pngs");
    expect(selection.stdout).toBe(
      "The report is taken.jsonl.report.html\n2 figures are in pngs\n2 figures with their captions are in taken\n",
    );
    expect(readdirSync(join(folder, "taken"))).toContain("02-shares.pdf");
  });
});

test("a bad place for the page is refused before any figure is written", async () => {
  mkdirSync(join(folder, "a-folder.html"));
  for (const [out, message] of [
    ["report.txt", "report.txt must end in .html"],
    ["a-folder.html", "a-folder.html is a folder; --out takes a file"],
    ["none/report.html", "there is no folder none"],
  ]) {
    const refused = await command(folder, "report", "run", "--figures", "early", "--out", out);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder, "early"))).toBe(false);
  }
});
