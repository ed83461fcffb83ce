import { renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { asInputError, syncFolder } from "../files/atomic-file.js";
import { quoteIdentifier, quoteString, withDuckdb } from "./duckdb.js";

/** The columns of a table by name, with their types in DuckDB's SQL. */
export type Columns = Readonly<Record<string, string>>;

/**
 * Writes the JSON lines that `source` (a path or a glob) matches as one Parquet file, rows in the files' order. A file
 * there before is replaced at once, or left as it was. Throws InputError if the path cannot be written.
 */
export async function writeParquet(path: string, source: string, columns: Columns): Promise<void> {
  const partial = `${path}.partial`;
  const types = Object.entries(columns).map(([name, type]) => `${quoteIdentifier(name)}: ${quoteString(type)}`);
  try {
    // Node's own errors say whether the path can be written; DuckDB's do not.
    writeFileSync(partial, "");
    await withDuckdb((query) =>
      query(
        `COPY (SELECT * FROM read_json(${quoteString(source)}, format = 'newline_delimited', columns = {${types}}))
         TO ${quoteString(partial)} (FORMAT parquet)`,
      ),
    );
    renameSync(partial, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(partial, { force: true });
    throw asInputError(error, `cannot write ${path}`);
  }
}
