import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../base/errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { toJsonLines } from "./json-lines.js";
import { type Columns, writeParquet } from "./parquet-writer.js";
import { withTemporaryFolder } from "./temporary-folder.js";

const ROWS = "rows.jsonl";

/** What tables are written as, named as their files end. */
export type TableFormat = "jsonl" | "parquet";

/** The format that a path asks for. Throws InputError if it ends otherwise. */
export function tableFormat(path: string): TableFormat {
  const format = /\.(parquet|jsonl)$/.exec(path)?.[1];
  if (format === undefined) throw new InputError(`${path} must end in .parquet or .jsonl`);
  return format as TableFormat;
}

/** @throws InputError if there is something at a path that a table is to be written to: nothing is written over */
export function refuseExistingTable(path: string): void {
  if (existsSync(path)) throw new InputError(`${path} exists; remove it or choose another --out`);
}

/**
 * Writes rows as .parquet or .jsonl, by the path's ending: all of them or none.
 *
 * @param columns of Parquet, in order; JSON has what the rows have
 * @throws InputError for another ending and for a path that cannot be written
 */
export async function writeTable(path: string, rows: readonly object[], columns: Columns): Promise<void> {
  const lines = toJsonLines(rows);
  if (tableFormat(path) === "jsonl") return writeFileAtomically(path, lines);
  return withTemporaryFolder([ROWS], async (folder) => {
    const source = join(folder, ROWS);
    writeFileSync(source, lines);
    await writeParquet(path, [source], columns);
  });
}
