import { statSync } from "node:fs";
import { type Duckdb, escapeGlob } from "../../files/duckdb.js";
import { type CarriedValue, carriedValue, type TextRow } from "./carried-columns.js";
import type { ReadOptions } from "./read-options.js";

/**
 * The column `text` of a query over one file's `rows` rows, in their order, `""` for none, and its columns `v0`, `v1`, ..
 * which go along. DuckDB does not say how far in the file it is; the share of the rows does.
 *
 * @param select takes the file as `$path`
 * @param carried what those columns are called
 */
export async function* streamTexts(
  duckdb: Duckdb,
  select: string,
  path: string,
  rows: number,
  { onRead, carry }: ReadOptions,
  carried: readonly string[],
): AsyncGenerator<TextRow> {
  const { size } = statSync(path);
  let read = 0;
  for await (const chunk of duckdb.stream(select, { path: escapeGlob(path) })) {
    read += chunk.length;
    onRead?.((size * read) / rows);
    for (const row of chunk) {
      const values = carried.map((name, i): [string, CarriedValue] => [name, carriedValue(row[`v${i}`])]);
      yield { text: (row.text as string | null) ?? "", values: carry && Object.fromEntries(values) };
    }
  }
}
