import { InputError } from "../../base/errors.js";
import { type Duckdb, escapeGlob, quoteIdentifier } from "../../files/duckdb.js";
import type { ReadOptions } from "./read-options.js";
import { streamTexts } from "./stream-texts.js";
import { chooseTextColumn } from "./text-column.js";

/** The text of every row of a Parquet file, in file order (DuckDB's `preserve_insertion_order`); `""` for none. */
export async function* readParquetFile(duckdb: Duckdb, path: string, options: ReadOptions): AsyncGenerator<string> {
  const table = "read_parquet($path, hive_partitioning = false)";
  const parameters = { path: escapeGlob(path) };
  try {
    const described = await duckdb.query(`DESCRIBE SELECT * FROM ${table}`, parameters);
    const columns = described.map((row) => ({ name: String(row.column_name), isText: row.column_type === "VARCHAR" }));
    const column = quoteIdentifier(chooseTextColumn(path, columns, options));
    const [{ rows }] = await duckdb.query(`SELECT count(*) AS rows FROM ${table}`, parameters);
    yield* streamTexts(duckdb, `SELECT ${column} AS text FROM ${table}`, path, Number(rows), options);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = (error as Error).message.split("\n")[0];
    const cause = /utf-?8|string encoding/i.test(reason) ? "has text that is not valid UTF-8" : "is not valid Parquet";
    throw new InputError(`${path} ${cause} (${reason}).`);
  }
}
