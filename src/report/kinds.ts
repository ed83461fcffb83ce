import { join } from "node:path";
import { runKind } from "../runs/log/run-directory.js";
import { isSeedsFolder } from "../runs/seeds/seeds-folder.js";
import type { AbsentFigure, Figure } from "./figure.js";
import { drawFigures } from "./figures/all.js";
import { type ReportOptions, type ReportSummary, writeReport } from "./report.js";
import { readReportData } from "./report-data.js";
import { readSeedsReportData } from "./seeds/seeds-data.js";
import { drawSeedsFigures, type SeedsReportSummary, writeSeedsReport } from "./seeds/seeds-report.js";
import { isSelection, readSelectionReportData } from "./selection/selection-data.js";
import {
  drawSelectionFigures,
  type SelectionReportSummary,
  writeSelectionReport,
} from "./selection/selection-report.js";
import { readTrainingReportData } from "./training/training-data.js";
import { drawTrainingFigures, type TrainingReportSummary, writeTrainingReport } from "./training/training-report.js";

/** What the report of any kind says, and where it is. */
export type AnyReportSummary = ReportSummary | TrainingReportSummary | SelectionReportSummary | SeedsReportSummary;

/** How one kind of run is reported. */
export interface ReportKind {
  /** Throws InputError if the run or one of the others cannot be reported. */
  readonly figures: (run: string, others: readonly string[]) => (Figure | AbsentFigure)[];
  /** Writes the page. Throws InputError if a run cannot be reported, or a path not written. */
  readonly write: (run: string, options: ReportOptions) => AnyReportSummary;
  /** Where the page goes by default. */
  readonly out: (run: string) => string;
}

const inRun = (run: string) => join(run, "report.html");

const search: ReportKind = {
  figures: (run, others) => drawFigures(readReportData(run, others)),
  write: writeReport,
  out: inRun,
};
const training: ReportKind = {
  figures: (run, others) => drawTrainingFigures(readTrainingReportData(run, others)),
  write: writeTrainingReport,
  out: inRun,
};
const selection: ReportKind = {
  figures: (run, others) => drawSelectionFigures(readSelectionReportData(run, others)),
  write: writeSelectionReport,
  out: (file) => `${file}.report.html`,
};

const seeds: ReportKind = {
  figures: (folder, others) => drawSeedsFigures(readSeedsReportData(folder, others)),
  write: writeSeedsReport,
  out: inRun,
};

/** How what lies here is reported: a file that was selected into, a folder of several seeds, or the directory of a run. */
export function reportKind(path: string): ReportKind {
  if (isSeedsFolder(path)) return seeds;
  return isSelection(path) ? selection : { search, training }[runKind(path)];
}
