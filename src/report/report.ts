import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../base/errors.js";
import { writeFileAtomically } from "../files/atomic-file.js";
import { type ComparisonRow, comparisonRows } from "./comparison-table.js";
import { drawFigures } from "./figures/all.js";
import { reportPage } from "./page.js";
import { makeFolder, writePngs } from "./png.js";
import { readReportData } from "./report-data.js";

/** What a report is compared with, and where it goes. */
export interface ReportOptions {
  /** Finished and evaluated runs to compare with. */
  readonly others?: readonly string[];
  /** The HTML file; RUN/report.html by default. An older report is written over. */
  readonly out?: string;
  /** A folder for the figures as PNG. */
  readonly png?: string;
}

/** What a report says, and where it is. */
export interface ReportSummary {
  readonly run: string;
  readonly out: string;
  readonly pngs: readonly string[];
  readonly bestEpoch: number;
  /** Against conventional learning, on test; null where its final loss is never reached. */
  readonly acceleration: number | null;
  readonly compressionRatio: number;
  readonly finalTestLoss: number;
  readonly similarity: number | null;
  readonly similarityCorrelation: number | null;
  readonly zeroShare: number;
  readonly nonPositiveZeroShare: number | null;
  readonly rows: readonly ComparisonRow[];
  /** Why figures are left out, by their names. */
  readonly absent: Readonly<Record<string, string>>;
}

/**
 * Draws the report of a finished and evaluated run: one HTML file that needs nothing else. The same run gives the same
 * bytes.
 *
 * @throws InputError if a run is missing, unfinished, not evaluated or damaged, or if a path cannot be written
 */
export function writeReport(
  run: string,
  { others = [], out = join(run, "report.html"), png }: ReportOptions = {},
): ReportSummary {
  const data = readReportData(run, others);
  refuseUnwritable(out);
  if (png !== undefined) makeFolder(png);
  const figures = drawFigures(data);
  const rows = comparisonRows([data, ...data.others]);
  const page = reportPage(data, figures, rows);
  writeFileAtomically(out, page);
  const pngs = png === undefined ? [] : writePngs(png, figures);
  const { best, evaluation } = data;
  return {
    run,
    out,
    pngs,
    bestEpoch: best.epoch,
    acceleration: best.acceleration,
    compressionRatio: best.compressionRatio,
    finalTestLoss: best.finalTestLoss,
    similarity: best.similarity,
    similarityCorrelation: evaluation.similarityCorrelation,
    zeroShare: best.zeroShare,
    nonPositiveZeroShare: best.nonPositiveZeroShare,
    rows,
    absent: Object.fromEntries(figures.flatMap((figure) => ("absent" in figure ? [[figure.slug, figure.absent]] : []))),
  };
}

/** Before anything is drawn, which takes seconds. Throws InputError where no page can be written. */
export function refuseUnwritable(out: string): void {
  if (!/\.html?$/.test(out)) throw new InputError(`${out} must end in .html`);
  if (existsSync(out) && statSync(out).isDirectory()) throw new InputError(`${out} is a folder; --out takes a file`);
  if (!existsSync(dirname(out)) || !statSync(dirname(out)).isDirectory())
    throw new InputError(`cannot write ${out}: there is no folder ${dirname(out)}`);
}
