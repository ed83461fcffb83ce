/// <reference lib="dom" />

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { evaluateRun } from "../runs/evaluation/evaluate-run.js";
import { runSearch } from "../runs/search/search-run.js";
import { launchChromium, noChromium } from "../testing/chromium.js";
import { contents, tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../testing/runs.js";
import { rewriteJson } from "../testing/without-digest.js";
import { type ReportSummary, writeReport } from "./report.js";

const folder = mkdtempSync(join(tmpdir(), "report-"));
const at = (name: string) => join(folder, name);
const reports: Record<string, ReportSummary> = {};

beforeAll(async () => {
  const perceptron = tinyPerceptronConfig("learning.steps=60", "data.trainStd=30");
  const transformer = tinyTransformerConfig(writeCorpus(at("corpus.txt")));
  for (const [name, config] of Object.entries({ perceptron, transformer })) {
    await runSearch(config, at(name), { threads: 1 });
    await evaluateRun(at(name), { threads: 1 });
  }
  reports.perceptron = writeReport(at("perceptron"), { others: [at("transformer")], png: at("png") });
  reports.transformer = writeReport(at("transformer"), { out: at("transformer.html") });
});

afterAll(() => rmSync(folder, { recursive: true }));

test("the page lies in the run unless another place is given, and the figures have their numbers", () => {
  expect(reports.perceptron.out).toBe(at("perceptron/report.html"));
  expect(existsSync(at("transformer.html"))).toBe(true);
  expect(existsSync(at("transformer/report.html"))).toBe(false);
  const names = reports.perceptron.pngs.map((path) => path.slice(at("png").length + 1));
  expect(names).toContain("02-acceleration.png");
  expect(names.map((name) => Number(name.slice(0, 2)))).toEqual(names.map((_, i) => i + 1));
  expect(names.length + Object.keys(reports.perceptron.absent).length).toBe(10);
});

test("the table has the runs by their number of steps, then what was published", () => {
  const rows = reports.perceptron.rows.map(({ source, name, steps }) => [source, name, steps]);
  expect(rows.slice(0, 3)).toEqual([
    ["measured", "transformer", 6],
    ["measured", "perceptron", 60],
    ["published", "1.7M transformer", 1000],
  ]);
  expect(rows).toHaveLength(6);
});

test("a run that is named twice is compared once", () => {
  const { rows } = writeReport(at("transformer"), { others: [`${at("transformer")}/`], out: at("twice.html") });
  expect(rows.filter(({ source }) => source === "measured")).toHaveLength(1);
});

test("the same run gives the same bytes", () => {
  const page = readFileSync(reports.perceptron.out, "latin1");
  const pngs = contents(at("png"));
  writeReport(at("perceptron"), { others: [at("transformer")], png: at("png") });
  expect(readFileSync(reports.perceptron.out, "latin1")).toBe(page);
  expect(contents(at("png"))).toEqual(pngs);
});

test("texts of examples are escaped", async () => {
  const run = at("markup");
  const corpus = at("markup.txt");
  writeFileSync(
    corpus,
    Array.from({ length: 60 }, (_, i) => `<script>x${i}</script> & "quotes" for all of us ${i}`).join("\n\n"),
  );
  await runSearch(tinyTransformerConfig(corpus, "data.perturbed=0"), run, { threads: 1 });
  await evaluateRun(run, { threads: 1 });
  const page = readFileSync(writeReport(run).out, "utf8");
  expect(page).not.toContain("<script");
  expect(page).toContain("&lt;");
});

describe("bad input is refused in a sentence, and nothing is written:", () => {
  function refusal(...given: Parameters<typeof writeReport>): string {
    const before = contents(folder);
    try {
      writeReport(...given);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect(contents(folder)).toEqual(before);
      return (error as Error).message.replaceAll(folder, "");
    }
    return "written";
  }

  test("runs that are missing, unfinished or not evaluated", async () => {
    expect(refusal(at("none"))).toBe("there is no run /none");
    expect(refusal(at("perceptron"), { others: [at("none")] })).toBe("there is no run /none");
    const run = at("fresh");
    await runSearch(tinyPerceptronConfig(), run, { threads: 1 });
    expect(refusal(run)).toBe("/fresh is not evaluated; run learning-law evaluate /fresh first");
    await evaluateRun(run, { threads: 1, epochs: [1] });
    expect(refusal(run)).toBe("epoch 0 of /fresh is not evaluated; run learning-law evaluate /fresh first");
    const state = join(run, "state.json");
    rewriteJson(state, { nextEpoch: 2 });
    rmSync(join(run, "ending.json"));
    expect(refusal(run)).toContain("/fresh is not finished");
  });

  test("damaged evaluations", () => {
    const again = "/perceptron/evaluation/epoch-0000 and evaluate the run again";
    for (const [file, text, message] of [
      ["summary.json", "{", "line 1 of"],
      ["summary.json", '{"epoch":0}', again],
      ["steps.jsonl", '{"epoch":0,"step":0,"loss":1,"similarity":1}', again],
      ["steps.jsonl", "", "line 1 of"],
    ]) {
      const path = at(`perceptron/evaluation/epoch-0000/${file}`);
      const intact = readFileSync(path);
      writeFileSync(path, text);
      try {
        expect(refusal(at("perceptron"))).toContain(message);
      } finally {
        writeFileSync(path, intact);
      }
    }
  });

  test("paths that cannot be written", () => {
    mkdirSync(at("folder.html"), { recursive: true });
    writeFileSync(at("file"), "");
    const run = at("perceptron");
    expect(refusal(run, { out: at("none/report.html") })).toBe(
      "cannot write /none/report.html: there is no folder /none",
    );
    expect(refusal(run, { out: at("folder.html") })).toBe("/folder.html is a folder; --out takes a file");
    expect(refusal(run, { out: at("perceptron/config.yaml") })).toBe("/perceptron/config.yaml must end in .html");
    expect(refusal(run, { png: at("file") })).toBe("/file is a file; --png takes a folder");
    expect(refusal(run, { png: at("file/below") })).toBe(
      "cannot write /file/below: a part of its path is a file, not a folder",
    );
  });
});

describe.skipIf(noChromium !== undefined)(`in a browser${noChromium ?? ""}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  const cases = ["perceptron", "transformer"].flatMap((name) =>
    [360, 768, 1280].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ name, width, scheme }))),
  );
  test.each(cases)(
    "the report of a $name, $width pixels wide and $scheme, can be read",
    async ({ name, width, scheme }) => {
      const { page, complaints } = await opened(name, width, scheme);
      const look = await page.evaluate(lookAtPage);
      await page.close();
      expect(complaints).toEqual([]);
      expect(look.figures).toHaveLength(10 - Object.keys(reports[name].absent).length);
      for (const figure of look.figures) {
        expect(figure.width).toBeGreaterThan(300);
        expect(figure.height).toBeGreaterThan(180);
        expect(figure.alternative.length).toBeGreaterThan(30);
        expect(figure.title.length).toBeGreaterThan(5);
      }
      expect(look.overflow).toBe(0);
      expect(look.texts.length).toBeGreaterThan(100);
      const faint = look.texts.filter(({ color }) => contrast(color, look.background) < 4.5);
      expect(faint).toEqual([]);
      // The page does follow the reader's light or dark.
      expect(luminance(look.background) > 0.5).toBe(scheme === "light");
    },
  );

  test("in print it is black on white, in dark mode too", async () => {
    const { page } = await opened("perceptron", 1280, "dark");
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect((await page.evaluate(lookAtPage)).background).toBe("rgb(255, 255, 255)");
    await page.close();
  });

  test("PNGs can be read, and are twice the size of the figures", async () => {
    const page = await browser.newPage();
    expect(reports.perceptron.pngs.length).toBeGreaterThan(5);
    for (const path of reports.perceptron.pngs) {
      await page.goto(pathToFileURL(path).href);
      const [width, height] = await page.evaluate(() => [
        document.images[0].naturalWidth,
        document.images[0].naturalHeight,
      ]);
      expect(width).toBe(960);
      expect(height).toBeGreaterThan(500);
    }
    await page.close();
  });

  async function opened(name: string, width: number, colorScheme: "light" | "dark") {
    const page: Page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const complaints: string[] = [];
    const address = pathToFileURL(reports[name].out).href;
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== address && !request.url().startsWith("data:")) complaints.push(request.url());
    });
    await page.goto(address);
    return { page, complaints };
  }
});

/** Runs in the page. */
function lookAtPage() {
  const svgs = [...document.querySelectorAll("svg")];
  const shown = [...document.querySelectorAll("svg text, figcaption p, h1, h2, h3, p, b, td, th, dt, dd, summary")];
  return {
    background: getComputedStyle(document.body).backgroundColor,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    figures: svgs.map((svg) => ({
      width: svg.getBoundingClientRect().width,
      height: svg.getBoundingClientRect().height,
      alternative: svg.getAttribute("aria-label") ?? "",
      title: svg.querySelector("title")?.textContent ?? "",
    })),
    texts: shown.map((element) => {
      const { fill, color } = getComputedStyle(element);
      return { text: element.textContent?.slice(0, 30), color: element instanceof SVGElement ? fill : color };
    }),
  };
}

/** Of WCAG 2.2, from 1 to 21. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = color.match(/[\d.]+/g)!.map((channel) => {
    const value = Number(channel) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
