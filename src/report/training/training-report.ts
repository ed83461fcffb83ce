import { join } from "node:path";
import { writeFileAtomically } from "../../files/atomic-file.js";
import type { Accelerations } from "../../measures/cost-to-reach.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { makeFolder, writePngs } from "../png.js";
import { type ReportOptions, refuseUnwritable } from "../report.js";
import { agreementFigure } from "./agreement-figure.js";
import { beliefByFileFigure, beliefFigure } from "./belief-figure.js";
import { lossFigures } from "./loss-figures.js";
import { readTrainingReportData, type TrainingReportData } from "./training-data.js";
import { trainingPage } from "./training-page.js";

/** What the report of a training says, and where it is. */
export interface TrainingReportSummary {
  readonly run: string;
  readonly out: string;
  readonly pngs: readonly string[];
  /** In nats. */
  readonly finalTestLoss: number;
  /** By the name of a training, against the first of the others; null where its final loss is never reached. */
  readonly accelerations: Readonly<Record<string, Accelerations | null>>;
  /** Why figures are left out, by their names. */
  readonly absent: Readonly<Record<string, string>>;
}

/** The figures of the report of a training, in the order of the page. */
export function drawTrainingFigures(data: TrainingReportData): (Figure | AbsentFigure)[] {
  return [...lossFigures(data), agreementFigure(data), beliefFigure(data), beliefByFileFigure(data)];
}

/**
 * Draws the report of a finished training beside others, of which the first is the baseline: one HTML file that needs
 * nothing else. The same runs give the same bytes.
 *
 * @throws InputError if a run is missing, no training, unfinished or damaged, or if a path cannot be written
 */
export function writeTrainingReport(
  run: string,
  { others = [], out = join(run, "report.html"), png }: ReportOptions = {},
): TrainingReportSummary {
  const data = readTrainingReportData(run, others);
  refuseUnwritable(out);
  if (png !== undefined) makeFolder(png);
  const figures = drawTrainingFigures(data);
  writeFileAtomically(out, trainingPage(data, figures));
  return {
    run,
    out,
    pngs: png === undefined ? [] : writePngs(png, figures),
    finalTestLoss: data.costs[data.costs.length - 1].testLoss,
    accelerations: Object.fromEntries(data.comparisons.map(({ name, comparison }) => [name, comparison.accelerations])),
    absent: Object.fromEntries(figures.flatMap((figure) => ("absent" in figure ? [[figure.slug, figure.absent]] : []))),
  };
}
