import { InputError } from "../../base/errors.js";
import type { CorpusOptions } from "./read-options.js";
import { listedColumns, requireColumn } from "./require-column.js";

/** A column of a table that a corpus is read from. */
export interface Column {
  readonly name: string;
  /** True if the column holds strings. */
  readonly isText: boolean;
}

/**
 * The column that holds the documents: the one asked for, else the one called `text`, else the only one with strings.
 *
 * @throws InputError that names the columns there are.
 */
export function chooseTextColumn(
  path: string,
  columns: readonly Column[],
  { column: wanted, columnOption = "data.column" }: CorpusOptions,
): string {
  const names = columns.map((column) => column.name);
  const listed = listedColumns(names);
  if (wanted !== undefined) {
    requireColumn(path, names, wanted);
    if (!columns.some((column) => column.name === wanted && column.isText))
      throw new InputError(`${path}: column ${wanted} does not hold text; ${listed}.`);
    return wanted;
  }
  const textual = columns.filter((column) => column.isText);
  const chosen = textual.find((column) => column.name === "text") ?? (textual.length === 1 ? textual[0] : undefined);
  if (chosen === undefined) {
    const count =
      textual.length === 0 ? "no column with text" : `${textual.length} columns with text, none called text`;
    throw new InputError(`${path} has ${count}: ${listed}; name the one to read as ${columnOption}.`);
  }
  return chosen.name;
}
