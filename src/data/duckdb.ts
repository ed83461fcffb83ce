import { DuckDBInstance } from "@duckdb/node-api";

/** One result row of a query. */
export type Row = Record<string, unknown>;

/** Runs one SQL statement on an in-memory DuckDB, parameters bound by name (`$path`). */
export type Query = (sql: string, parameters?: Record<string, string>) => Promise<Row[]>;

/**
 * Opens an in-memory DuckDB for the duration of `use`. It never fetches extensions: Parquet, CSV, gzip and zstd are built
 * in, and a corpus must read the same without a network.
 */
export async function withDuckdb<T>(use: (query: Query) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    return await use(async (sql, parameters) => {
      const reader = await connection.runAndReadAll(sql, parameters);
      return reader.getRowObjectsJS();
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** `name` as an SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The glob that matches the file `path` and no other: DuckDB's readers take every path for a glob. */
export function escapeGlob(path: string): string {
  return path.replace(/[[*?]/g, "[$&]");
}

/** `text` as an SQL string, for the places where DuckDB takes no parameter. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
