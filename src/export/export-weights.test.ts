import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withDuckdb } from "../files/duckdb.js";
import { exampleWeights, readOrigins, writeExampleWeights } from "./export-weights.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weights-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const policy = {
  steps: 3,
  examples: 4,
  // biome-ignore format: a row for each step
  weights: Float32Array.of(
    0.5, 0.25, 0, 0.25,
    0,   0.5,  0, 0.5,
    0,   1,    0, 0,
  ),
};
// What a corpus may hold and a file format may stumble over.
const texts = ["plain", 'quotes " and \\ and \n and ☃', "2024-01-01", ""];
const origins = texts.map((text, n) => ({ document: `it's.txt:${n}`, window: n % 2, text, perturbed: n === 2 }));

test("an example's weight is its sum over the steps, relative to uniform, with its first and last step", () => {
  const rows = exampleWeights(policy, origins);
  expect(rows.map(({ example }) => example)).toEqual([0, 1, 2, 3]);
  const weights = rows.map(({ weight }) => weight!);
  // Uniform weights sum to 3 steps / 4 examples.
  expect(weights).toEqual([0.5, 1.75, 0, 0.75].map((total) => (total * 4) / 3));
  expect(weights.reduce((total, weight) => total + weight, 0) / 4).toBeCloseTo(1, 12);
  expect(rows.map(({ firstStep, lastStep }) => [firstStep, lastStep])).toEqual([
    ...[
      [1, 1],
      [1, 3],
      [null, null],
      [1, 2],
    ],
  ]);
  expect(rows.map(({ document, window, text, perturbed }) => ({ document, window, text, perturbed }))).toEqual(origins);
});

test("a document's file and row, from 0, stand beside its name, also where the file has a colon", () => {
  const [{ file, row }] = exampleWeights({ steps: 1, examples: 1, weights: Float32Array.of(1) }, [
    { document: "a:b/c.jsonl:17", window: 0, text: "", perturbed: false },
  ]);
  expect({ file, row }).toEqual({ file: "a:b/c.jsonl", row: 17 });
});

test("both formats hold the rows as they are", async () => {
  const rows = exampleWeights(policy, origins);
  await writeExampleWeights(at("it's.jsonl"), rows);
  expect(
    readFileSync(at("it's.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(rows);

  await writeExampleWeights(at("it's.parquet"), rows);
  const path = at("it's.parquet").replaceAll("'", "''");
  expect(await withDuckdb((query) => query(`SELECT * FROM read_parquet('${path}')`))).toEqual(rows);
});

test("nothing is written over, nor under another name, nor where nothing can be", async () => {
  writeFileSync(at("there.jsonl"), "mine");
  const before = readdirSync(folder);
  const refusal = (path: string) => expect(writeExampleWeights(path, []).then(() => "written")).rejects;
  await refusal(at("there.jsonl")).toThrow("there.jsonl exists; remove it or choose another --out");
  await refusal(at("weights.csv")).toThrow("weights.csv must end in .parquet or .jsonl");
  for (const name of ["weights.parquet", "weights.jsonl"])
    await refusal(at(`none/${name}`)).toThrow(`cannot write ${at(`none/${name}`)}: there is no such file or folder`);
  expect(readdirSync(folder)).toEqual(before);
  expect(readFileSync(at("there.jsonl"), "utf8")).toBe("mine");
});

test("a damaged list of examples is refused", () => {
  writeFileSync(at("examples.jsonl"), '{"id":0\n');
  expect(() => readOrigins(at("examples.jsonl"))).toThrow(/examples\.jsonl is damaged: it is not what/);
  expect(() => readOrigins(at("none.jsonl"))).toThrow(/cannot read .*none\.jsonl: there is no such file/);
});
