import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { refusal, refusalOf } from "../testing/refusal.js";
import { withDuckdb } from "./duckdb.js";
import { refuseExistingTable, tableFormat, writeTable } from "./table-file.js";

const folder = mkdtempSync(join(tmpdir(), "table-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const rows = [
  { id: 0, text: 'a "b"\n☃', weight: 0.1 },
  { id: 1, text: "2024-01-01", weight: null },
];
const columns = { id: "INTEGER", text: "VARCHAR", weight: "DOUBLE" };

test("a table has its rows in either format, and leaves nothing beside it", async () => {
  await writeTable(at("rows.jsonl"), rows, columns);
  const lines = readFileSync(at("rows.jsonl"), "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  await writeTable(at("rows.parquet"), rows, columns);
  expect(await withDuckdb((query) => query("SELECT * FROM read_parquet($path)", { path: at("rows.parquet") }))).toEqual(
    rows,
  );
  expect(readdirSync(folder).sort()).toEqual(["rows.jsonl", "rows.parquet"]);
});

test("another ending is refused, and a file that is there", async () => {
  expect(["a.parquet", "b.c.jsonl"].map(tableFormat)).toEqual(["parquet", "jsonl"]);
  expect(refusalOf(() => tableFormat("w.csv"))).toBe("w.csv must end in .parquet or .jsonl");
  expect(await refusal(writeTable(at("parquet"), rows, columns))).toBe(
    `${at("parquet")} must end in .parquet or .jsonl`,
  );
  writeFileSync(at("there.jsonl"), "mine");
  expect(refusalOf(() => refuseExistingTable(at("there.jsonl")))).toBe(
    `${at("there.jsonl")} exists; remove it or choose another --out`,
  );
  expect(refusalOf(() => refuseExistingTable(at("none.jsonl")))).toBe("accepted");
});
