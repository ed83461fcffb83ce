import { writeFileAtomically } from "../../files/atomic-file.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { makeFolder, writePngs } from "../png.js";
import { type ReportOptions, refuseUnwritable } from "../report.js";
import { distilledFigure } from "./distilled-figure.js";
import { filesFigure, kindFigures } from "./files-figure.js";
import { scoreFigure } from "./score-figure.js";
import { readSelectionReportData, type SelectionReportData } from "./selection-data.js";
import { selectionPage } from "./selection-page.js";
import { shareFigure } from "./share-figure.js";

/** What the report of a selection says, and where it is. */
export interface SelectionReportSummary {
  /** The file that was selected into. */
  readonly selection: string;
  readonly out: string;
  readonly pngs: readonly string[];
  readonly selectedDocuments: number;
  readonly selectedTokens: number;
  readonly threshold: number;
  /** The share of the tokens that is in documents with positive scores. */
  readonly positiveShare: number;
  /** Why figures are left out, by their names. */
  readonly absent: Readonly<Record<string, string>>;
}

/** The figures of the report of a selection, in the order of the page. */
export function drawSelectionFigures(data: SelectionReportData): (Figure | AbsentFigure)[] {
  return [scoreFigure(data), shareFigure(data), filesFigure(data), ...kindFigures(data), distilledFigure(data)];
}

/**
 * Draws the report of a selection: one HTML file that needs nothing else, by default beside what was selected, as
 * `selected.parquet.report.html`. The same selection gives the same bytes.
 *
 * @param selection the file that was selected into, with its record beside it
 * @throws InputError if there is no record or it is damaged, if others are given, or if a path cannot be written
 */
export function writeSelectionReport(
  selection: string,
  { others = [], out = `${selection}.report.html`, png }: ReportOptions = {},
): SelectionReportSummary {
  const data = readSelectionReportData(selection, others);
  refuseUnwritable(out);
  if (png !== undefined) makeFolder(png);
  const figures = drawSelectionFigures(data);
  writeFileAtomically(out, selectionPage(data, figures));
  const { selectedDocuments, selectedTokens, threshold, positiveShare } = data.summary;
  return {
    ...{ selection, out, selectedDocuments, selectedTokens, threshold, positiveShare },
    pngs: png === undefined ? [] : writePngs(png, figures),
    absent: Object.fromEntries(figures.flatMap((figure) => ("absent" in figure ? [[figure.slug, figure.absent]] : []))),
  };
}
