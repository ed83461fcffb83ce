import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withDuckdb } from "../../files/duckdb.js";
import { refusal } from "../../testing/refusal.js";
import type { Carry } from "./carried-columns.js";
import { readCorpus, refuseMissingColumns } from "./corpus.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "carried-"));
  const lines = [
    { id: "a", text: "one", n: 1, tags: ["x", "\ud800"], deep: { k: null } },
    { text: " \n two ", n: 0.5, flag: false, id: 7 },
    { id: null, text: "", n: 3 },
    { text: "three" },
  ];
  put("c.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
  put("c.csv", 'id,text,n,code,ID\n1,"one, one",0.5,007,x\n2, two,-3,12,\n');
  put("c.txt", "one\n\ntwo");
  const row = "'one' AS text, 9007199254740993 AS id, 5::TINYINT AS n, DATE '2024-02-29' AS day, [1, 2] AS list";
  await withDuckdb((query) => query(`COPY (SELECT ${row}) TO '${at("c.parquet")}' (FORMAT parquet)`));
});
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const put = (name: string, content: string) => writeFileSync(at(name), content);

const carried = async (name: string, carry: Carry) =>
  (await readCorpus([at(name)], { carry })).map(({ carried }) => carried);

test("nothing goes along where it is not asked for", async () => {
  expect(await readCorpus([at("c.txt")])).toEqual([
    { source: `${at("c.txt")}:0`, text: "one" },
    { source: `${at("c.txt")}:1`, text: "two" },
  ]);
});

test("JSON's values go along as they are, what has parts as its JSON, and what a row lacks not at all", async () => {
  expect(await carried("c.jsonl", { columns: ["n", "tags", "flag", "deep"] })).toEqual([
    { values: { id: "a", n: 1, tags: '["x","\\ud800"]', deep: '{"k":null}' }, indent: 0 },
    { values: { id: 7, n: 0.5, flag: false }, indent: 3 },
    { values: {}, indent: 0 },
  ]);
  expect(await carried("c.jsonl", { id: "n", columns: [] })).toMatchObject([
    ...[{ values: { id: 1 } }, { values: { id: 0.5 } }, { values: {} }],
  ]);
});

test("of CSV a column of numbers goes along as numbers, and any other as text", async () => {
  expect(await carried("c.csv", { columns: ["n", "code", "ID"] })).toEqual([
    { values: { id: 1, n: 0.5, code: "007", ID: "x" }, indent: 0 },
    { values: { id: 2, n: -3, code: "12", ID: null }, indent: 1 },
  ]);
});

test("of Parquet numbers go along, beyond 2^53 as their digits, and what JSON has not as text", async () => {
  expect(await carried("c.parquet", { columns: ["n", "day", "list"] })).toEqual([
    { values: { id: "9007199254740993", n: 5, day: "2024-02-29", list: "[1, 2]" }, indent: 0 },
  ]);
});

test("plain text has nothing to carry", async () => {
  expect(await carried("c.txt", { columns: [] })).toEqual([
    { values: {}, indent: 0 },
    { values: {}, indent: 0 },
  ]);
});

describe("a column that is asked for and not there is refused", () => {
  test.each([
    [
      "c.jsonl",
      { columns: ["tag"] },
      "/c.jsonl has no column tag: its columns are id, text, n, tags, deep, flag; did you mean tags?",
    ],
    [
      "c.jsonl",
      { id: "source", columns: [] },
      "/c.jsonl has no column source: its columns are id, text, n, tags, deep, flag; did you mean id?",
    ],
    ["c.csv", { columns: ["m"] }, "/c.csv has no column m: its columns are id, text, n, code, ID; did you mean n?"],
    [
      "c.parquet",
      { id: "source", columns: [] },
      "/c.parquet has no column source: its columns are text, id, n, day, list; did you mean text?",
    ],
    ["c.txt", { columns: ["n"] }, "/c.txt has no column n: a .txt file holds text alone"],
  ])("in %s: %o", async (name, carry, message) => {
    expect((await refusal(readCorpus([at(name)], { carry }))).replaceAll(folder, "")).toBe(message);
    expect((await refusal(refuseMissingColumns([at(name)], { carry }))).replaceAll(folder, "")).toBe(message);
  });
});

test("a number that JSON has rounded is refused", async () => {
  put("large.jsonl", '{"text":"one","id":9007199254740993}');
  expect((await refusal(readCorpus([at("large.jsonl")], { carry: { columns: [] } }))).replaceAll(folder, "")).toBe(
    "/large.jsonl, line 1: id holds a number beyond 2^53, of which JSON keeps only the first digits; write it as text, or name another column.",
  );
  expect(await readCorpus([at("large.jsonl")])).toHaveLength(1);
});
