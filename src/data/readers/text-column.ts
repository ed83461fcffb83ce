import { InputError } from "../../base/errors.js";
import { nearest } from "../../base/nearest.js";
import type { CorpusOptions } from "./read-options.js";

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
  const listed = names.length === 0 ? "it has no columns" : `its columns are ${names.join(", ")}`;
  if (wanted !== undefined) {
    const found = columns.find((column) => column.name === wanted);
    if (found === undefined) {
      const near = nearest(wanted, names);
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      throw new InputError(`${path} has no column ${wanted}: ${listed}${hint}`);
    }
    if (!found.isText) throw new InputError(`${path}: column ${wanted} does not hold text; ${listed}.`);
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
