import { rmSync, writeFileSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { asInputError, renameDurably, syncFile, temporaryName } from "./atomic-file.js";
import { escapeGlob, quoteIdentifier, quoteString, withDuckdb } from "./duckdb.js";

/** The columns of a table by name, with their types in DuckDB's SQL. */
export type Columns = Readonly<Record<string, string>>;

/** Bytes; the longest line that is read where none is given. DuckDB's own. */
const LONGEST_LINE = 16 * 2 ** 20;

/**
 * Writes files of JSON lines as one Parquet file, rows in their order: the same bytes for the same rows. A file there
 * before is replaced at once, or left as it was. Throws InputError if the path cannot be written.
 *
 * @param longestLine bytes of the longest line
 */
export async function writeParquet(
  path: string,
  sources: readonly string[],
  columns: Columns,
  longestLine = 0,
): Promise<void> {
  const partial = temporaryName(path);
  const types = Object.entries(columns).map(([name, type]) => `${quoteIdentifier(name)}: ${quoteString(type)}`);
  try {
    // Node's own errors say whether the path can be written; DuckDB's do not.
    writeFileSync(partial, "", { flag: "wx" });
    await withDuckdb(
      (query) =>
        query(
          `COPY (SELECT * FROM read_json([${sources.map((source) => quoteString(escapeGlob(source)))}], format = 'newline_delimited', hive_partitioning = false, columns = {${types}},
             maximum_object_size = ${Math.max(LONGEST_LINE, longestLine)}))
           TO ${quoteString(partial)} (FORMAT parquet, USE_TMP_FILE false)`,
        ),
      // Several would cut large tables into row groups as they happen to be done.
      { threads: "1" },
    );
    syncFile(partial);
    renameDurably(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    if (/No space left|quota exceeded/i.test((error as Error).message))
      throw new InputError(`cannot write ${path}: the disk is full`, { cause: error });
    throw asInputError(error, `cannot write ${path}`);
  }
}
