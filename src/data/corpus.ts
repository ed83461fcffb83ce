import { existsSync } from "node:fs";
import { InputError } from "../errors.js";
import { readCsvFile } from "./csv-file.js";
import { type Query, withDuckdb } from "./duckdb.js";
import { readJsonlFile } from "./jsonl-file.js";
import { readParquetFile } from "./parquet-file.js";
import { readTextFile } from "./text-file.js";

/** One text of a corpus. */
export interface Document {
  /** `file:position`, the row or document counted from 0 in its file. */
  readonly source: string;
  /** Trimmed, never empty. */
  readonly text: string;
}

export interface CorpusOptions {
  /** The column that holds the text, for formats with columns. */
  readonly column?: string;
}

const FORMATS = ".txt, .jsonl, .ndjson and .csv, each also with .gz or .zst, and .parquet";

/**
 * The documents of all files that the paths and globs name: files sorted by path, documents in file order, trimmed, empty
 * ones dropped.
 *
 * @throws InputError if no file matches, a file is broken or of an unknown format, or there are no documents.
 */
export async function readCorpus(paths: readonly string[], options: CorpusOptions = {}): Promise<Document[]> {
  return withDuckdb(async (query) => {
    const documents: Document[] = [];
    for (const file of await expandPaths(query, paths)) {
      const texts = await readFileTexts(query, file, options.column);
      texts.forEach((untrimmed, position) => {
        const text = untrimmed.trim();
        if (text !== "") documents.push({ source: `${file}:${position}`, text });
      });
    }
    if (documents.length === 0) throw new InputError(`The corpus is empty: ${paths.join(", ")} holds no text.`);
    return documents;
  });
}

async function expandPaths(query: Query, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) throw new InputError("The corpus names no file; give at least one path or glob.");
  const files = new Set<string>();
  for (const path of paths) {
    // A file whose name has a glob's characters is meant as itself.
    const found = existsSync(path)
      ? [path]
      : (await query("SELECT file FROM glob($path)", { path })).map((row) => row.file);
    if (found.length === 0) throw new InputError(`No file matches ${path}; give a file that exists, or a glob.`);
    for (const file of found) files.add(String(file));
  }
  return [...files].sort();
}

function readFileTexts(query: Query, file: string, column: string | undefined): Promise<string[]> {
  const [, format, compression] = /\.(txt|jsonl|ndjson|csv|parquet)(\.gz|\.zst)?$/i.exec(file) ?? [];
  switch (format?.toLowerCase()) {
    case "txt":
      return readTextFile(file);
    case "jsonl":
    case "ndjson":
      return readJsonlFile(file, column);
    case "csv":
      return readCsvFile(query, file, column);
    case "parquet":
      if (compression === undefined) return readParquetFile(query, file, column);
      throw new InputError(`${file}: Parquet compresses inside; decompress the file and give it as .parquet.`);
    default:
      throw new InputError(`${file} is of no known format; those read are ${FORMATS}.`);
  }
}
