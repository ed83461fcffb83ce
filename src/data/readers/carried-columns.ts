import { InputError } from "../../base/errors.js";
import { requireColumn } from "./require-column.js";

/** Columns of a corpus that go along with its texts. */
export interface Carry {
  /** The column with the user's own ids; without it the one called `id`, in files that have one. */
  readonly id?: string;
  /** Others, by name. */
  readonly columns: readonly string[];
}

/** A value that goes along: what JSON and Parquet can both hold. */
export type CarriedValue = string | number | boolean | null;

/** Values that go along, by column; that of the ids is called `id`, whatever its name in the file. */
export type CarriedValues = Readonly<Record<string, CarriedValue>>;

/** What a reader gives: the text of a row, and what goes along with it. */
export interface TextRow {
  readonly text: string;
  /** Where `carry` asks for it; without what the row does not have. */
  readonly values?: CarriedValues;
}

/** What the column of ids is called where it goes along. */
export const ID = "id";

/** @throws InputError if a column that is asked for has the name of one that the table has anyway */
export function refuseOwnNames({ id = ID, columns }: Carry, own: object): void {
  if (id !== ID && columns.includes(ID))
    throw new InputError(`${id} is called ${ID} in the table, so ${ID} cannot stand there too; leave one out`);
  const name = columns.find((column) => Object.hasOwn(own, column));
  if (name !== undefined)
    throw new InputError(`the table has a column ${name} of its own; rename that of the corpus, or leave it out`);
}

/** The columns that a file must have. */
export function requiredColumns({ id, columns }: Carry): string[] {
  return [...(id === undefined ? [] : [id]), ...columns];
}

/** The columns that go along, each as `[name there, name in the file]`. */
export function carriedNames({ id = ID, columns }: Carry): [string, string][] {
  return [[ID, id], ...columns.filter((name) => name !== ID).map((name): [string, string] => [name, name])];
}

/**
 * Of a file whose columns are known, those that go along, as `carriedNames` gives them.
 *
 * @throws InputError that names a column that is asked for and not there, and those there are
 */
export function foundColumns(path: string, names: readonly string[], carry: Carry | undefined): [string, string][] {
  if (carry === undefined) return [];
  for (const name of requiredColumns(carry)) requireColumn(path, names, name);
  return carriedNames(carry).filter(([, name]) => names.includes(name));
}

/** A value as it goes along: integers beyond 2^53 as their digits, what has parts as its JSON. */
export function carriedValue(value: unknown): CarriedValue {
  switch (typeof value) {
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "number":
      return Number.isFinite(value) ? value : null;
    case "string":
      return value.toWellFormed();
    case "boolean":
      return value;
    default:
      return value === null || value === undefined ? null : JSON.stringify(value);
  }
}

/**
 * What goes along with a row of JSON.
 *
 * @param where the row, for a person
 * @throws InputError for a whole number beyond 2^53, which JSON has read as another
 */
export function carriedFrom(row: Readonly<Record<string, unknown>>, carry: Carry, where: string): CarriedValues {
  const found = carriedNames(carry).filter(([, name]) => Object.hasOwn(row, name));
  const values = found.map(([as, name]): [string, CarriedValue] => {
    const value = row[name];
    if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value))
      throw new InputError(
        `${where}: ${name} holds a number beyond 2^53, of which JSON keeps only the first digits; write it as text, or name another column.`,
      );
    return [as, carriedValue(value)];
  });
  return Object.fromEntries(values);
}
