import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { InputError } from "../../base/errors.js";
import { type Duckdb, openDuckdb, type Query, withDuckdb } from "../../files/duckdb.js";
import { regularFile } from "../../files/regular-file.js";
import type { CarriedValues, TextRow } from "./carried-columns.js";
import { CORPUS_FILE } from "./corpus-file.js";
import { readCsvFile } from "./csv-file.js";
import { refuseLongDocument } from "./document-bound.js";
import { readJsonlFile } from "./jsonl-file.js";
import { readParquetFile } from "./parquet-file.js";
import type { CorpusOptions, ReadOptions } from "./read-options.js";
import { readTextFile } from "./text-file.js";

/** One text of a corpus. */
export interface Document {
  /** `file:position`, the row or document counted from 0 in its file. */
  readonly source: string;
  /** Trimmed, never empty; U+FFFD in place of every lone surrogate. */
  readonly text: string;
  /** Of its row, where the reader was asked to carry columns. */
  readonly carried?: Carried;
}

/** What a row holds beside the text of its document. */
export interface Carried {
  readonly values: CarriedValues;
  /** Characters of white space that stand before the text in its row, and were trimmed. */
  readonly indent: number;
}

/** A file of a corpus as it lies on the disk. */
export interface CorpusFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly modified: number;
}

const FORMATS = ".txt, .jsonl, .ndjson and .csv, each also with .gz or .zst, and .parquet";

/**
 * The documents of all files that the paths and globs name: files sorted by path, documents in file order, trimmed, empty
 * ones dropped.
 *
 * @throws InputError if no file matches, a file is broken or of an unknown format, or there are no documents.
 */
export async function readCorpus(paths: readonly string[], options: CorpusOptions = {}): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of streamCorpus(paths, options)) documents.push(document);
  return documents;
}

/**
 * The documents of `readCorpus`, one by one: memory does not grow with their number. `onRead` is told how many bytes of all
 * files together are read so far; `corpusFiles` says of how many.
 *
 * @throws InputError as `readCorpus`, where it comes to what is wrong
 */
export async function* streamCorpus(
  paths: readonly string[],
  { onRead, ...options }: ReadOptions = {},
): AsyncGenerator<Document> {
  const { signal } = options;
  const duckdb = await openDuckdb();
  const interrupt = () => duckdb.interrupt();
  signal?.addEventListener("abort", interrupt);
  try {
    let bytesBefore = 0;
    let none = true;
    for (const file of await expandPaths(duckdb.query, paths)) {
      const before = bytesBefore;
      let position = 0;
      const onFileRead = onRead && ((bytes: number) => onRead(before + bytes));
      for await (const { text: untrimmed, values } of readFileTexts(duckdb, file, { ...options, onRead: onFileRead })) {
        signal?.throwIfAborted();
        // Half of a surrogate pair is no character: JSON can escape one, but nothing can write it as UTF-8.
        const text = untrimmed.toWellFormed().trim();
        refuseLongDocument(file, text.length);
        const carried = values && { values, indent: untrimmed.length - untrimmed.trimStart().length };
        if (text !== "") yield { source: `${file}:${position}`, text, ...(carried && { carried }) };
        none &&= text === "";
        position += 1;
      }
      bytesBefore += regularFile(file).size;
    }
    if (none) throw new InputError(`The corpus is empty: ${paths.join(", ")} holds no text.`);
  } catch (error) {
    // A query that was interrupted fails with a message of its own.
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
    duckdb.close();
  }
}

/**
 * Refuses a corpus of which a file lacks a column that is to be carried, before it is read to its end.
 *
 * @throws InputError as `readCorpus`, where it comes to what is wrong
 */
export async function refuseMissingColumns(paths: readonly string[], options: CorpusOptions): Promise<void> {
  const duckdb = await openDuckdb();
  try {
    for (const file of await expandPaths(duckdb.query, paths))
      for await (const _ of readFileTexts(duckdb, file, options)) break;
  } finally {
    duckdb.close();
  }
}

/** The files that the paths and globs name, in the order in which they are read. Throws InputError if none matches. */
export async function corpusFiles(paths: readonly string[]): Promise<CorpusFile[]> {
  const files = await withDuckdb((query) => expandPaths(query, paths));
  return files.map((path) => {
    const { size, mtimeMs } = regularFile(path);
    return { path, bytes: size, modified: Math.round(mtimeMs) };
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
    if (found.length === 0) throw new InputError(noFile(path));
    for (const file of found) {
      regularFile(String(file));
      files.add(String(file));
    }
  }
  return [...files].sort();
}

function noFile(path: string): string {
  if (path === "-")
    return "A corpus is read more than once, so it cannot be standard input; write it to a file and give that.";
  const where = isAbsolute(path) ? "" : ` in ${process.cwd()}, where the command was started`;
  return `No file matches ${path}${where}; give a file that exists, or a glob.`;
}

function readFileTexts(duckdb: Duckdb, file: string, options: ReadOptions): AsyncGenerator<TextRow> {
  const [, format, compression] = CORPUS_FILE.exec(file) ?? [];
  switch (format?.toLowerCase()) {
    case "txt":
      return readTextFile(file, options);
    case "jsonl":
    case "ndjson":
      return readJsonlFile(file, options);
    case "csv":
      return readCsvFile(duckdb, file, options);
    case "parquet":
      if (compression === undefined) return readParquetFile(duckdb, file, options);
      throw new InputError(`${file}: Parquet compresses inside; decompress the file and give it as .parquet.`);
    default:
      throw new InputError(`${file} is of no known format; those read are ${FORMATS}.`);
  }
}
