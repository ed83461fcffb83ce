import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tinyPerceptronConfig, tinyTransformerConfig } from "../../testing/runs.js";
import { locateFiles } from "./locate-files.js";

const before = process.cwd();
let project = "";

beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
  for (const folder of ["runs/one", "texts", "elsewhere"]) mkdirSync(join(project, folder), { recursive: true });
  for (const file of ["corpus.txt", "texts/a.txt", "tokenizer.json"]) writeFileSync(join(project, file), "a cat");
});
afterEach(() => {
  process.chdir(before);
  rmSync(project, { recursive: true });
});

const config = tinyTransformerConfig(
  "corpus.txt",
  "data.desired=texts/*.txt",
  "data.test=none.txt",
  "data.tokenizer=tokenizer.json",
);
const run = () => join(project, "runs/one");

test("where they are as they are written, they stay so, and so does what is nowhere", () => {
  process.chdir(project);
  expect(locateFiles(config, run())).toEqual(config);
});

test("from another folder they are found above the run", () => {
  process.chdir(join(project, "elsewhere"));
  expect(locateFiles(config, run()).data).toEqual({
    ...config.data,
    ...{ train: ["../corpus.txt"], desired: ["../texts/*.txt"], test: ["none.txt"], tokenizer: "../tokenizer.json" },
  });
});

test("the working directory comes first, and other names and data are left alone", () => {
  process.chdir(join(project, "elsewhere"));
  writeFileSync("corpus.txt", "another");
  expect(locateFiles(config, run()).data.train).toEqual(["corpus.txt"]);
  const sample = tinyTransformerConfig("tinystories", "data.tokenizer=bpe");
  expect(locateFiles(sample, run())).toEqual(sample);
  const perceptron = tinyPerceptronConfig();
  expect(locateFiles(perceptron, run())).toBe(perceptron);
});
