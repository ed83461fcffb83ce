import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { InputError } from "../../base/errors.js";
import { type RecordedSelection, readSelection } from "../../runs/selection/read-selection.js";

/** Everything that the report of a selection shows. */
export interface SelectionReportData extends RecordedSelection {
  /** The name of the file that was selected into. */
  readonly name: string;
}

/** Whether this path is a selection's, not a run's: of a file. */
export function isSelection(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/**
 * Reads what `select` recorded beside a file.
 *
 * @throws InputError if there is no record, if it is damaged, or if there are others to compare with
 */
export function readSelectionReportData(out: string, others: readonly string[] = []): SelectionReportData {
  if (others.length > 0)
    throw new InputError(`${out} is a selection, which is reported alone; leave out ${others.join(", ")}`);
  return { name: basename(resolve(out)), ...readSelection(out) };
}

/** Documents, windows and tokens of the whole corpus and of what was taken. */
export function totals({ files }: SelectionReportData) {
  const sum = (key: Exclude<keyof (typeof files)[number], "name">) => files.reduce((all, file) => all + file[key], 0);
  return {
    ...{ documents: sum("documents"), windows: sum("windows"), tokens: sum("tokens"), negative: sum("negative") },
    ...{ selectedDocuments: sum("selectedDocuments"), selectedWindows: sum("selectedWindows") },
    selectedTokens: sum("selectedTokens"),
  };
}
