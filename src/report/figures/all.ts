import type { AbsentFigure, Figure } from "../figure.js";
import type { ReportData } from "../report-data.js";
import { accelerationFigure } from "./acceleration.js";
import { areaFigure } from "./area.js";
import { optimalityGapFigure } from "./optimality-gap.js";
import { perfectWeightsFigure } from "./perfect-weights.js";
import { policyMapFigure } from "./policy-map.js";
import { scalingLawFigure } from "./scaling-law.js";
import { similarityFigure } from "./similarity.js";
import { similarityOverLossFigure } from "./similarity-over-loss.js";
import { weightsOverTimeFigure } from "./weights-over-time.js";
import { zeroWeightsFigure } from "./zero-weights.js";

/** The figures of a report, in the order of the page. */
const figures: readonly ((data: ReportData) => Figure | AbsentFigure)[] = [
  areaFigure,
  accelerationFigure,
  similarityOverLossFigure,
  similarityFigure,
  zeroWeightsFigure,
  perfectWeightsFigure,
  weightsOverTimeFigure,
  policyMapFigure,
  scalingLawFigure,
  optimalityGapFigure,
];

/** Draws all figures of a report. */
export function drawFigures(data: ReportData): (Figure | AbsentFigure)[] {
  return figures.map((figure) => figure(data));
}
