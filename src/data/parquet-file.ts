import { InputError } from "../errors.js";
import { escapeGlob, type Query, quoteIdentifier } from "./duckdb.js";
import { chooseTextColumn } from "./text-column.js";

/** The text of every row of a Parquet file, in file order; `""` where a row has none. */
export async function readParquetFile(query: Query, path: string, wanted: string | undefined): Promise<string[]> {
  const read = async (sql: string) => {
    try {
      return await query(sql, { path: escapeGlob(path) });
    } catch (error) {
      const reason = (error as Error).message.split("\n")[0];
      const cause = /utf-?8|string encoding/i.test(reason)
        ? "has text that is not valid UTF-8"
        : "is not valid Parquet";
      throw new InputError(`${path} ${cause} (${reason}).`);
    }
  };
  const described = await read("DESCRIBE SELECT * FROM read_parquet($path, hive_partitioning = false)");
  const columns = described.map((row) => ({ name: String(row.column_name), isText: row.column_type === "VARCHAR" }));
  const column = quoteIdentifier(chooseTextColumn(path, columns, wanted));
  const rows = await read(
    `SELECT ${column} AS text FROM read_parquet($path, hive_partitioning = false, file_row_number = true) ORDER BY file_row_number`,
  );
  return rows.map((row) => (row.text as string | null) ?? "");
}
