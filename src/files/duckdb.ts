import { InputError } from "../base/errors.js";

/** One result row of a query. */
export type Row = Record<string, unknown>;

/** Runs one SQL statement on an in-memory DuckDB, parameters bound by name (`$path`). */
export type Query = (sql: string, parameters?: Record<string, string>) => Promise<Row[]>;

/** A DuckDB in memory, open. */
export interface Duckdb {
  readonly query: Query;
  /** The rows of a query, some thousand at a time and in order; memory does not grow with their number. */
  stream(sql: string, parameters?: Record<string, string>): AsyncGenerator<Row[]>;
  /** Makes the query under way fail. */
  interrupt(): void;
  close(): void;
}

/**
 * Opens an in-memory DuckDB, which its user closes. It never fetches extensions: Parquet, CSV, gzip and zstd are built
 * in, and a corpus must read the same without a network.
 *
 * @param settings DuckDB's own, such as `threads`
 */
export async function openDuckdb(settings: Readonly<Record<string, string>> = {}): Promise<Duckdb> {
  // Loaded where a table is read or written: it takes longer than all else that the command loads.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...settings,
  });
  const connection = await instance.connect();
  return {
    async query(sql, parameters) {
      const reader = await connection.runAndReadAll(sql, parameters);
      return reader.getRowObjectsJS();
    },
    async *stream(sql, parameters) {
      const result = await connection.stream(sql, parameters);
      yield* result.yieldRowObjectJs();
    },
    interrupt: () => connection.interrupt(),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Opens a DuckDB (see `openDuckdb`) for the duration of `use`. */
export async function withDuckdb<T>(
  use: (query: Query) => Promise<T>,
  settings?: Readonly<Record<string, string>>,
): Promise<T> {
  const duckdb = await openDuckdb(settings);
  try {
    return await use(duckdb.query);
  } finally {
    duckdb.close();
  }
}

/** `name` as an SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * The glob that matches the file `path` and no other: DuckDB's readers take every path for a glob.
 *
 * @throws InputError for a path with a backslash and one of `[*?`, for which there is no such glob
 */
export function escapeGlob(path: string): string {
  if (/\\/.test(path) && /[[*?]/.test(path))
    throw new InputError(`${path} has a backslash and one of [ * ? in its name; rename the file or folder.`);
  return path.replace(/[[*?]/g, "[$&]");
}

/** `text` as an SQL string, for the places where DuckDB takes no parameter. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
