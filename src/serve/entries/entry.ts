import { statSync } from "node:fs";
import type { Row } from "../protocol.js";

/** What is watched in the served folder: one run, or what else a command leaves there. */
export interface Entry {
  row: Row;
  /**
   * Looks whether something has changed, by what the operating system says of its files; only what has been added to
   * them is read.
   *
   * @param now milliseconds
   * @returns whether the row is another now, and whether there is more to read at once
   */
  look(now: number): { readonly changed: boolean; readonly more: boolean };
}

/** What a row is unless something is known. */
export const UNKNOWN: Omit<Row, "id" | "kind" | "state" | "changed"> = {
  ...{ note: "", done: null, of: null, unit: "", secondsLeft: null, loss: null, acceleration: null },
  ...{ spark: [], stoppable: false, resumable: false },
};

/** What changes whenever one of these files does: sizes, times and numbers of files, and which are there. */
export function fingerprint(paths: readonly string[]): { readonly print: string; readonly changed: number } {
  const found = paths.map((path) => statSync(path, { throwIfNoEntry: false }));
  return {
    print: found.map((stat) => (stat === undefined ? "-" : `${stat.ino}:${stat.size}:${stat.mtimeMs}`)).join(" "),
    changed: Math.round(Math.max(0, ...found.map((stat) => stat?.mtimeMs ?? 0))),
  };
}
