import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withDuckdb } from "../files/duckdb.js";
import { command, sets } from "../testing/command.js";
import { tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weights-"));
  writeCorpus(join(folder, "corpus.txt"));
  // A long step of the search, so that some weights become zero.
  const settings = sets([...tinyTransformerSettings("corpus.txt"), "search.epsilon=50", "search.epochs=1"]);
  await command(folder, "search", "quickstart", ...settings, "--threads", "1", "--out", "run");
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const columns = ["id", "document", "file", "row", "window", "text", "weight", "firstStep", "lastStep", "perturbed"];

test("the weights of a run are one row per example, the same in both formats", async () => {
  const printed = await command(folder, "weights", "run", "--out", "weights.jsonl", "--json");
  expect(printed.code).toBe(0);
  const lines = readFileSync(at("weights.jsonl"), "utf8").trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line));
  expect(rows.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(columns);
    expect(row.document).toMatch(/^corpus\.txt:\d+$/);
    expect(`${row.file}:${row.row}`).toBe(row.document);
    expect(row.text).toMatch(/[a-z]/);
    expect(row.firstStep === null).toBe(row.weight === 0);
  }
  // Relative to uniform: 1 is an ordinary example.
  expect(rows.reduce((total, { weight }) => total + weight, 0) / rows.length).toBeCloseTo(1, 5);
  const perturbed = rows.map((row) => row.perturbed);
  const origins = readFileSync(at("run/examples.jsonl"), "utf8").trimEnd().split("\n");
  expect(perturbed).toEqual(origins.map((line) => JSON.parse(line).perturbed));
  expect(JSON.parse(printed.stdout)).toEqual({
    out: "weights.jsonl",
    epoch: expect.any(Number),
    examples: 12,
    documents: new Set(rows.map(({ document }) => document)).size,
    withoutWeight: rows.filter(({ weight }) => weight === 0).length,
  });

  const { code, stdout } = await command(folder, "weights", "run", "--out", "weights.parquet");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^weights\.parquet: 12 examples under epoch \d, \d+ never with weight, of \d+ documents: data\.examples is 12,/,
  );
  const read = await withDuckdb((query) => query(`SELECT * FROM read_parquet('${at("weights.parquet")}') ORDER BY id`));
  expect(read).toEqual(rows);
});

test("the weights of a training are what its policy gave each example that it drew", async () => {
  const training = ["training.steps=3", "training.batch=4", "training.policy=highest-loss"];
  const settings = sets([...tinyTransformerSettings("corpus.txt"), ...training]);
  const trained = await command(folder, "train", "quickstart", ...settings, "--threads", "1", "--out", "trained");
  expect(trained.code).toBe(0);
  const { code, stdout } = await command(folder, "weights", "trained", "--out", "trained.jsonl", "--json");
  expect(code).toBe(0);
  const rows = readFileSync(at("trained.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  // Twelve examples are drawn once each in three batches of four, of which half get twice the uniform weight.
  expect(rows.map(({ weight }) => weight).sort()).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]);
  for (const { weight, firstStep, lastStep } of rows) {
    expect(firstStep).toBe(lastStep);
    expect([1, 2, 3].includes(firstStep)).toBe(weight > 0);
  }
  expect(JSON.parse(stdout)).toEqual({
    out: "trained.jsonl",
    step: 3,
    examples: 12,
    documents: expect.any(Number),
    withoutWeight: 6,
  });
});
