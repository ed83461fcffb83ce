import { statSync } from "node:fs";
import { type Duckdb, escapeGlob } from "../../files/duckdb.js";
import type { ReadOptions } from "./read-options.js";

/**
 * The column `text` of a query over one file's `rows` rows, in their order, `""` for none. DuckDB does not say how far in
 * the file it is; the share of the rows does.
 *
 * @param select takes the file as `$path`
 */
export async function* streamTexts(
  duckdb: Duckdb,
  select: string,
  path: string,
  rows: number,
  { onRead }: ReadOptions,
): AsyncGenerator<string> {
  const { size } = statSync(path);
  let read = 0;
  for await (const chunk of duckdb.stream(select, { path: escapeGlob(path) })) {
    read += chunk.length;
    onRead?.((size * read) / rows);
    for (const { text } of chunk) yield (text as string | null) ?? "";
  }
}
