import { InputError } from "../errors.js";
import { readLines } from "./lines.js";
import { chooseTextColumn } from "./text-column.js";

type Row = Record<string, unknown>;

/**
 * The text of every row of a file with one JSON object a line; `""` where a row has none. Blank lines are no rows.
 *
 * Read line by line, not by DuckDB's `read_json`, because that takes text that looks like dates for dates and names the
 * line after the broken one.
 */
export async function readJsonlFile(path: string, wanted: string | undefined): Promise<string[]> {
  const rows: Row[] = [];
  const lineNumbers: number[] = [];
  for await (const { number, text } of readLines(path)) {
    if (text.trim() === "") continue;
    rows.push(parseRow(path, number, text));
    lineNumbers.push(number);
  }
  if (rows.length === 0) return [];

  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isText = (name: string) => rows.some((row) => typeof row[name] === "string");
  const columns = names.map((name) => ({ name, isText: isText(name) }));
  const column = chooseTextColumn(path, columns, wanted);
  return rows.map((row, i) => {
    const value = row[column] ?? "";
    if (typeof value === "string") return value;
    throw new InputError(`${path}, line ${lineNumbers[i]}: ${column} holds ${kindOf(value)} where text is expected.`);
  });
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
