import { InputError } from "../../base/errors.js";
import { type Duckdb, escapeGlob } from "../../files/duckdb.js";
import { foundColumns, type TextRow } from "./carried-columns.js";
import { readLines } from "./lines.js";
import type { ReadOptions } from "./read-options.js";
import { streamTexts } from "./stream-texts.js";
import { chooseTextColumn } from "./text-column.js";

/** What separates the values of files that are called .csv but are not comma-separated. */
const OTHER_SEPARATORS = new Map([
  [";", "semicolons"],
  ["\t", "tabs"],
  ["|", "vertical bars"],
]);

/** What goes along as a number where all of its column does: what a double holds and writes again as it was. */
const NUMBER = "0|-?[1-9][0-9]{0,14}|-?(0|[1-9][0-9]{0,8})[.][0-9]{0,5}[1-9]";

/** Bytes; one record of a CSV file may be this long. DuckDB's own limit is 2 MB, and its buffers 16 times that. */
const LONGEST_RECORD = 32 * 2 ** 20;

/**
 * The text of every row of a comma-separated file with a header (RFC 4180), in file order; `""` where a row has none.
 *
 * DuckDB is told the columns and the dialect: where it guesses them, it skips the rows that do not fit its guess, up to
 * the whole file, without an error. It calls the columns `c0`, `c1`, ... : to it, `text` and `Text` are the same name.
 */
export async function* readCsvFile(duckdb: Duckdb, path: string, options: ReadOptions): AsyncGenerator<TextRow> {
  const header = await readHeader(path, options.signal);
  if (header === undefined) return;
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError(`${path} has two columns called ${twice}; rename one.`);

  const table = `read_csv($path, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    hive_partitioning = false, max_line_size = ${LONGEST_RECORD}, buffer_size = ${LONGEST_RECORD},
    columns = {${header.map((_, i) => `c${i}: 'VARCHAR'`).join(", ")}})`;
  const parameters = { path: escapeGlob(path) };

  // A column of text is one with a value that is not a number.
  const tests = header.map((_, i) => `bool_or(c${i} <> '' AND try_cast(c${i} AS DOUBLE) IS NULL) AS c${i}`);
  const carried = foundColumns(path, header, options.carry).map(([as, name]) => ({ as, at: header.indexOf(name) }));
  tests.push(...carried.map(({ at }, i) => `bool_and(c${at} = '' OR regexp_full_match(c${at}, '${NUMBER}')) AS n${i}`));
  try {
    const [found] = await duckdb.query(`SELECT ${["count(*) AS rows", ...tests].join(", ")} FROM ${table}`, parameters);
    const count = Number(found.rows);
    if (count === 0) return;
    const columns = header.map((name, i) => ({ name, isText: found[`c${i}`] === true }));
    const column = header.indexOf(chooseTextColumn(path, columns, options));
    const values = carried.map(({ at }, i) => {
      return `${found[`n${i}`] === true ? `try_cast(c${at} AS DOUBLE)` : `c${at}`} AS v${i}`;
    });
    const select = `SELECT ${[`c${column} AS text`, ...values].join(", ")} FROM ${table}`;
    const names = carried.map(({ as }) => as);
    yield* streamTexts(duckdb, select, path, count, options, names);
  } catch (error) {
    throw error instanceof InputError ? error : csvError(path, (error as Error).message);
  }
}

/**
 * The column names in the first line, `column0` and so on where it gives none; undefined if the file is empty. Reads to
 * the end: all of it must be UTF-8.
 */
async function readHeader(path: string, signal?: AbortSignal): Promise<string[] | undefined> {
  let first: string | undefined;
  for await (const line of readLines(path, { signal })) first ??= line.text;
  if (first === undefined) return undefined;
  refuseOtherSeparators(path, first);
  const names = `,${first}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...names].map(([, quoted, plain], i) => (quoted ?? plain).replaceAll('""', '"').trim() || `column${i}`);
}

/** A file with another separator would be read as one column, of whole lines. */
function refuseOtherSeparators(path: string, header: string): void {
  const unquoted = header.replaceAll(/"(?:[^"]|"")*"/g, "");
  if (unquoted.includes(",")) return;
  for (const [separator, name] of OTHER_SEPARATORS) {
    if (unquoted.includes(separator))
      throw new InputError(`${path} seems to be separated by ${name}; give a comma-separated file.`);
  }
}

/** DuckDB's message is a page; what happened and where is in three of its lines. */
function csvError(path: string, message: string): InputError {
  const record = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const where = record === undefined ? path : `${path}, record ${record} (the header is record 1)`;
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (counts) return new InputError(`${where}: expected ${counts[1]} columns, as in the header, found ${counts[2]}.`);
  if (message.includes("unterminated quote")) return new InputError(`${where}: a value's closing quote is missing.`);
  if (/Maximum line size of \d+ bytes exceeded/.test(message))
    return new InputError(`${where} is longer than ${LONGEST_RECORD / 2 ** 20} MiB, the most that a record may have.`);
  return new InputError(`${where} is not valid CSV: ${message.split("\n")[0]}.`);
}
