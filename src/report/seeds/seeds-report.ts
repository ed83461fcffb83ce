import { join } from "node:path";
import { writeFileAtomically } from "../../files/atomic-file.js";
import type { SearchOverSeeds } from "../../runs/seeds/search-seeds.js";
import type { ComparedOverSeeds, TrainOverSeeds } from "../../runs/seeds/train-seeds.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { makeFolder, writePngs } from "../png.js";
import { type ReportOptions, refuseUnwritable } from "../report.js";
import { searchSeedsFigures } from "./search-figures.js";
import { readSeedsReportData, type SeedsReportData } from "./seeds-data.js";
import { seedsPage } from "./seeds-page.js";
import { trainSeedsFigures } from "./train-figures.js";

/** What the report of several seeds says, and where it is. */
export interface SeedsReportSummary {
  readonly run: string;
  readonly out: string;
  readonly pngs: readonly string[];
  readonly seeds: readonly number[];
  readonly overSeeds: SearchOverSeeds | TrainOverSeeds;
  /** Of trainings beside their baseline. */
  readonly comparison?: ComparedOverSeeds;
  /** Why figures are left out, by their names. */
  readonly absent: Readonly<Record<string, string>>;
}

/** The figures of the report of several seeds, in the order of the page. */
export function drawSeedsFigures(data: SeedsReportData): (Figure | AbsentFigure)[] {
  return data.command === "search" ? searchSeedsFigures(data) : trainSeedsFigures(data);
}

/**
 * Draws the report of a folder of seeds, of trainings beside another folder with the same seeds: one HTML file that needs
 * nothing else, its lines with bands. The same runs give the same bytes.
 *
 * @throws InputError if a run is missing, unfinished or damaged, if the baseline does not compare, or if a path cannot be
 *   written
 */
export function writeSeedsReport(
  directory: string,
  { others = [], out = join(directory, "report.html"), png }: ReportOptions = {},
): SeedsReportSummary {
  const data = readSeedsReportData(directory, others);
  refuseUnwritable(out);
  if (png !== undefined) makeFolder(png);
  const figures = drawSeedsFigures(data);
  writeFileAtomically(out, seedsPage(data, figures));
  return {
    run: directory,
    out,
    pngs: png === undefined ? [] : writePngs(png, figures),
    seeds: data.runs.map(({ seed }) => seed),
    overSeeds: data.overSeeds,
    comparison: data.command === "train" ? data.baseline?.comparison : undefined,
    absent: Object.fromEntries(figures.flatMap((figure) => ("absent" in figure ? [[figure.slug, figure.absent]] : []))),
  };
}
