import { InputError } from "../../base/errors.js";
import { carriedFrom, requiredColumns, type TextRow } from "./carried-columns.js";
import { readLines } from "./lines.js";
import type { ReadOptions } from "./read-options.js";
import { requireColumn } from "./require-column.js";
import { chooseTextColumn } from "./text-column.js";

type Row = Record<string, unknown>;

/**
 * The text of every row of a file with one JSON object a line; `""` where a row has none. Blank lines are no rows.
 *
 * Read line by line, not by DuckDB's `read_json`, because that takes text that looks like dates for dates and names the
 * line after the broken one.
 */
export async function* readJsonlFile(path: string, options: ReadOptions): AsyncGenerator<TextRow> {
  const column = await findTextColumn(path, options);
  if (column === undefined) return;
  const { carry } = options;
  for await (const { number, row } of readRows(path, options)) {
    const value = row[column] ?? "";
    if (typeof value !== "string")
      throw new InputError(`${path}, line ${number}: ${column} holds ${kindOf(value)} where text is expected.`);
    yield { text: value, values: carry && carriedFrom(row, carry, `${path}, line ${number}`) };
  }
}

/** The column that `chooseTextColumn` chooses; undefined if there are no rows. Refuses what lacks a column to carry. */
async function findTextColumn(path: string, options: ReadOptions): Promise<string | undefined> {
  // Text in the column that is asked for, or else in one called `text`, decides, and most often in the first row; where
  // there is none, what columns there are takes the whole file.
  const decisive = options.column ?? "text";
  const carried = options.carry === undefined ? [] : requiredColumns(options.carry);
  const isText = new Map<string, boolean>();
  let rows = 0;
  for await (const { row } of readRows(path, { signal: options.signal })) {
    rows += 1;
    for (const [name, value] of Object.entries(row))
      if (typeof value === "string" || !isText.has(name)) isText.set(name, typeof value === "string");
    if (isText.get(decisive) && carried.every((name) => isText.has(name))) return decisive;
  }
  if (rows === 0) return undefined;
  for (const name of carried) requireColumn(path, [...isText.keys()], name);
  return chooseTextColumn(
    path,
    Array.from(isText, ([name, isText]) => ({ name, isText })),
    options,
  );
}

async function* readRows(path: string, options: ReadOptions): AsyncGenerator<{ number: number; row: Row }> {
  for await (const { number, text } of readLines(path, options))
    if (text.trim() !== "") yield { number, row: parseRow(path, number, text) };
}

function parseRow(path: string, number: number, text: string): Row {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}, line ${number} is not valid JSON: ${(error as Error).message}.`);
  }
  if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Row;
  throw new InputError(`${path}, line ${number} holds ${kindOf(row)} where one JSON object a line is expected.`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
