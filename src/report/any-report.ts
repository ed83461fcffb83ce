import { existsSync } from "node:fs";
import { type AnyReportSummary, reportKind } from "./kinds.js";
import { refuseFigures, writeFigures } from "./paper/write-figures.js";
import { refuseFile } from "./png.js";
import { type ReportOptions, refuseUnwritable } from "./report.js";

/** What a report is compared with, where it goes, and its figures for print. */
export interface AnyReportOptions extends ReportOptions {
  /** A folder for the figures for print. */
  readonly figures?: string;
  /** How wide these are, in millimetres. */
  readonly width?: number;
}

/**
 * Draws the report of a search, a training, several seeds or a selection, as a page and, where asked for, as pictures. Nothing is written
 * before all places are known to take it.
 *
 * @returns what the report says, with the paths of the figures for print
 * @throws InputError as `writeReport`, `writeTrainingReport`, `writeSelectionReport` and `writeFigures`
 */
export async function writeAnyReport(
  run: string,
  { figures: folder, width, ...options }: AnyReportOptions,
): Promise<AnyReportSummary & { readonly figures: readonly string[] }> {
  const { write, out: byDefault } = reportKind(run);
  const out = options.out ?? byDefault(run);
  // Of a run that is not there another sentence is to the point.
  if (options.out !== undefined || existsSync(run)) refuseUnwritable(out);
  if (options.png !== undefined) refuseFile(options.png);
  if (folder !== undefined) refuseFigures(folder, width);
  const figures = folder === undefined ? [] : await writeFigures(run, folder, { width, others: options.others });
  return { ...write(run, { ...options, out }), figures };
}
