import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import { evaluateRun } from "../../runs/evaluation/evaluate-run.js";
import { runSearch } from "../../runs/search/search-run.js";
import { contents, tinyPerceptronConfig } from "../../testing/runs.js";
import { writeFigures } from "./write-figures.js";

const folder = mkdtempSync(join(tmpdir(), "figures-"));
const at = (name: string) => join(folder, name);
const WIDTH = 85;
let paths: string[] = [];
beforeAll(async () => {
  await runSearch(tinyPerceptronConfig("learning.steps=60"), at("run"), { threads: 1 });
  await evaluateRun(at("run"), { threads: 1 });
  paths = await writeFigures(at("run"), at("paper"), { width: WIDTH });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("every figure is there as SVG, PDF, PNG and caption, numbered without gaps", () => {
  const names = readdirSync(at("paper"));
  expect(paths.toSorted()).toEqual(names.map((name) => at(`paper/${name}`)).toSorted());
  const kinds = (ending: string) => names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -4));
  const figures = kinds(".svg");
  expect(figures.length).toBeGreaterThan(5);
  expect(figures.map((name) => Number(name.slice(0, 2)))).toEqual(figures.map((_, i) => i + 1));
  for (const ending of [".pdf", ".png", ".txt"]) expect(kinds(ending)).toEqual(figures);
});

test("each has the width that was asked for", () => {
  for (const path of paths) {
    const bytes = readFileSync(path);
    if (path.endsWith(".svg")) {
      expect(bytes.toString()).toMatch(/^<svg [^>]*width="85mm"/);
      expect(bytes.toString()).not.toContain("var(--");
    }
    // The width of a PNG is the fifth word of its file.
    if (path.endsWith(".png")) expect(bytes.readUInt32BE(16)).toBe(Math.round((WIDTH / 25.4) * 300));
    if (path.endsWith(".pdf")) {
      const [, width] = /\/MediaBox \[0 0 ([\d.]+) /.exec(bytes.toString("latin1")) ?? [];
      expect(Number(width)).toBeCloseTo((WIDTH / 25.4) * 72, 1);
    }
  }
});

test("a PDF has lines and letters in the colours of the figure, and needs no font", () => {
  const bytes = readFileSync(at("paper/02-acceleration.pdf")).toString("latin1");
  const streams = [...bytes.matchAll(/stream\n([\s\S]*?)\nendstream/g)].map(([, stream]) =>
    inflateSync(Buffer.from(stream, "latin1")).toString("latin1"),
  );
  const page = streams.join("\n");
  // Orange, of the best policy, as a line of a point for each of the 60 steps.
  expect(page).toMatch(/0\.72156\d* 0\.25490\d* 0\.03921\d* SCN/);
  expect(page.match(/ l\n/g)!.length).toBeGreaterThan(100);
  // Its grid is as faint as in the figure.
  expect(bytes).toContain("/CA 0.1");
  expect(bytes).not.toContain("/BaseFont");
});

test("a caption has its number, its title and what was found", () => {
  const text = readFileSync(at("paper/02-acceleration.txt"), "utf8");
  expect(text).toMatch(/^Figure 2\. The test loss over the steps, and the acceleration\.\n\n.*final loss/);
});

test("the same run gives the same bytes", async () => {
  const before = contents(at("paper"));
  await writeFigures(at("run"), at("paper"), { width: WIDTH });
  expect(contents(at("paper"))).toEqual(before);
});

test("bad input is refused, and nothing is written", async () => {
  writeFileSync(at("file"), "");
  const before = contents(folder);
  for (const [into, width, message] of [
    ["file", 160, "is a file; --figures takes a folder"],
    ["other", 0, "a figure is from 20 to 1000 mm wide, not 0"],
    ["other", Number.NaN, "not NaN"],
  ] as const) {
    const refused = writeFigures(at("run"), at(into), { width });
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  }
  expect(contents(folder)).toEqual(before);
});
