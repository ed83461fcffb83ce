import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withDuckdb } from "../../files/duckdb.js";
import { fitTokenizer } from "../tokenizers/tokenizer.js";
import { readCorpus, streamCorpus } from "./corpus.js";

const TEXT = "the cat sees the moon and the dog hides under the big red tree";
const ROWS = 300_000;

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "abort-"));
  const lines = (line: string) => `${Array.from({ length: ROWS }, () => line).join("\n")}\n`;
  writeFileSync(join(folder, "c.txt"), lines(`${TEXT}\n`));
  writeFileSync(join(folder, "c.jsonl.gz"), gzipSync(lines(JSON.stringify({ text: TEXT }))));
  writeFileSync(join(folder, "c.csv"), `text\n${lines(TEXT)}`);
  const parquet = join(folder, "c.parquet");
  await withDuckdb((query) => query(`COPY (SELECT '${TEXT}' || i AS text FROM range(${ROWS}) r(i)) TO '${parquet}'`));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["c.txt", "c.jsonl.gz", "c.csv", "c.parquet"])("reading %s ends where it is aborted", async (name) => {
  const path = join(folder, name);
  const reading = new AbortController();
  let documents = 0;
  const read = async () => {
    for await (const _ of streamCorpus([path], { signal: reading.signal }))
      if (++documents === 10) reading.abort(new Error("enough"));
  };
  await expect(read()).rejects.toThrow("enough");
  expect(documents).toBe(10);
});

test.each(["c.txt", "c.jsonl.gz", "c.csv", "c.parquet"])("%s: also while nothing is read yet", async (name) => {
  const path = join(folder, name);
  const reading = new AbortController();
  setTimeout(() => reading.abort(new Error("enough")), 3);
  await expect(readCorpus([path], { signal: reading.signal })).rejects.toThrow("enough");
});

test.each(["bpe", "mistral"])("fitting %s ends where it is aborted", async (name) => {
  const fitting = new AbortController();
  const texts = Array.from({ length: 100_000 }, (_, i) => `${TEXT} ${i}`);
  const fitted = fitTokenizer(name, texts, 500, { signal: fitting.signal });
  setTimeout(() => fitting.abort(new Error("enough")), 10);
  await expect(fitted).rejects.toThrow("enough");
});
