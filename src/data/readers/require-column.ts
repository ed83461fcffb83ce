import { InputError } from "../../base/errors.js";
import { nearest } from "../../base/nearest.js";

/** @throws InputError that names the columns there are, if none of them is the one wanted */
export function requireColumn(path: string, names: readonly string[], wanted: string): void {
  if (names.includes(wanted)) return;
  const near = nearest(wanted, names);
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw new InputError(`${path} has no column ${wanted}: ${listedColumns(names)}${hint}`);
}

/** "its columns are id, text" */
export function listedColumns(names: readonly string[]): string {
  return names.length === 0 ? "it has no columns" : `its columns are ${names.join(", ")}`;
}
