import type { Columns } from "./parquet-writer.js";

/** From the narrowest: each holds what those before it in its order do, text everything. */
type Kind = "BOOLEAN" | "BIGINT" | "DOUBLE" | "VARCHAR";

/** Finds the type of columns by their values: plain ones of JSON, null in all of them. */
export class ColumnTypes {
  private readonly kinds = new Map<string, Kind | undefined>();

  /** @param names of the columns, in the order of the table */
  constructor(names: Iterable<string> = []) {
    for (const name of names) this.kinds.set(name, undefined);
  }

  /** Takes a row into account; a column that is new stands after the others. */
  add(row: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(row))
      this.kinds.set(name, value === null ? this.kinds.get(name) : wider(this.kinds.get(name), kindOf(value)));
  }

  /** The types in DuckDB's SQL; text for a column without a value. */
  types(): Columns {
    return Object.fromEntries(Array.from(this.kinds, ([name, kind]) => [name, kind ?? "VARCHAR"]));
  }
}

function kindOf(value: unknown): Kind {
  if (typeof value === "boolean") return "BOOLEAN";
  if (typeof value !== "number") return "VARCHAR";
  return Number.isSafeInteger(value) ? "BIGINT" : "DOUBLE";
}

function wider(a: Kind | undefined, b: Kind): Kind {
  if (a === undefined || a === b) return b;
  const numbers = ["BIGINT", "DOUBLE"];
  return numbers.includes(a) && numbers.includes(b) ? "DOUBLE" : "VARCHAR";
}
