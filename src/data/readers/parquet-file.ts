import { InputError } from "../../base/errors.js";
import { type Duckdb, escapeGlob, quoteIdentifier } from "../../files/duckdb.js";
import { foundColumns, type TextRow } from "./carried-columns.js";
import type { ReadOptions } from "./read-options.js";
import { streamTexts } from "./stream-texts.js";
import { chooseTextColumn } from "./text-column.js";

/** Types whose values JSON can hold; all others go along as DuckDB writes them. */
const PLAIN = /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE)$/;

/** The text of every row of a Parquet file, in file order (DuckDB's `preserve_insertion_order`); `""` for none. */
export async function* readParquetFile(duckdb: Duckdb, path: string, options: ReadOptions): AsyncGenerator<TextRow> {
  const table = "read_parquet($path, hive_partitioning = false)";
  const parameters = { path: escapeGlob(path) };
  try {
    const described = await duckdb.query(`DESCRIBE SELECT * FROM ${table}`, parameters);
    const columns = described.map((row) => ({ name: String(row.column_name), isText: row.column_type === "VARCHAR" }));
    const column = quoteIdentifier(chooseTextColumn(path, columns, options));
    const [{ rows }] = await duckdb.query(`SELECT count(*) AS rows FROM ${table}`, parameters);
    const carried = foundColumns(
      path,
      columns.map(({ name }) => name),
      options.carry,
    );
    const typeOf = new Map(described.map((row) => [row.column_name, String(row.column_type)]));
    const values = carried.map(([, name], i) => {
      const quoted = quoteIdentifier(name);
      return `${PLAIN.test(typeOf.get(name)!) ? quoted : `CAST(${quoted} AS VARCHAR)`} AS v${i}`;
    });
    const select = `SELECT ${[`${column} AS text`, ...values].join(", ")} FROM ${table}`;
    const names = carried.map(([as]) => as);
    yield* streamTexts(duckdb, select, path, Number(rows), options, names);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = (error as Error).message.split("\n")[0];
    const cause = /utf-?8|string encoding/i.test(reason) ? "has text that is not valid UTF-8" : "is not valid Parquet";
    throw new InputError(`${path} ${cause} (${reason}).`);
  }
}
