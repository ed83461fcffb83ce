import * as Plot from "@observablehq/plot";
import type { ByLaw } from "../../curves/annealing.js";
import type { CurvePoint } from "../../curves/interpolate-curve.js";
import type { PredictionError } from "../../curves/prediction-error.js";
import type { Figure } from "../figure.js";
import { number } from "../format.js";
import { color } from "../palette.js";
import { draw, legendColumn } from "../plot.js";
import { curveName } from "./curve-colors.js";

/** A curve beside what the laws predict. */
export interface PredictedCurve {
  readonly file: string;
  /** Whether the laws were fitted to it. */
  readonly fitted: boolean;
  /** Measured. */
  readonly points: readonly CurvePoint[];
  readonly predicted: ByLaw<readonly CurvePoint[]>;
  /** None where nothing was measured. */
  readonly errors?: ByLaw<PredictionError>;
}

/** The start of a curve, above this quantile of its losses, is not drawn: what schedules do is small beside it. */
const DRAWN_FROM = 0.9;

/** One figure a curve: measured, and as the laws have it. */
export function annealingFigures(curves: readonly PredictedCurve[]): Figure[] {
  return curves.map((curve, i) => {
    const { file, fitted, points, predicted } = curve;
    const title = `${curveName(file)}: ${fitted ? "fitted" : "predicted"} by its learning rates`;
    const lines = [
      { name: "with S2", of: predicted.annealing, stroke: color("best"), dash: undefined },
      { name: "multi-power", of: predicted.multiPower, stroke: color("perturbed"), dash: "6 3" },
      { name: "without S2", of: predicted.withoutS2, stroke: color("text"), dash: "2 3" },
    ];
    const losses = (points.length > 0 ? points : predicted.annealing).map(({ loss }) => loss).toSorted((a, b) => a - b);
    const [least, most] = [losses[0], losses[Math.floor(DRAWN_FROM * (losses.length - 1))]];
    const room = 0.08 * (most - least);
    const domain = [least - room, most + room];
    const inside = (all: readonly CurvePoint[]) => all.filter(({ loss }) => loss >= domain[0] && loss <= domain[1]);
    const found = foundOf(curve);
    return {
      slug: `annealing-${i + 1}`,
      title,
      svg: draw(title, found, {
        x: { label: "step", ticks: 5 },
        y: { label: "loss, nats", grid: true, domain },
        marks: [
          Plot.dot(inside(points), { x: "step", y: "loss", r: 2, fill: color("conventional"), fillOpacity: 0.7 }),
          ...lines.map(({ of, stroke, dash }) =>
            Plot.line(inside(of), { x: "step", y: "loss", stroke, strokeWidth: 2, strokeDasharray: dash }),
          ),
          ...legendColumn([
            ...(points.length > 0 ? [{ name: "measured", color: color("conventional") }] : []),
            ...lines.map(({ name, stroke }) => ({ name, color: stroke })),
          ]),
        ],
      }),
      caption: {
        shows: "The loss as it was measured (dots) and as each law has it for the learning rates of the steps (lines).",
        theory:
          "A falling learning rate lowers the loss beyond what the sum of the rates explains: L0 + A S1^-α − C S2 (Tissue et al. 2024). By the " +
          "multi-power law (Luo et al. 2025) the gain comes as steps are taken at the lower rate, so that steps of rate 0 gain nothing.",
        found,
      },
    };
  });
}

function foundOf({ file, fitted, errors, predicted }: PredictedCurve): string {
  const end = predicted.annealing[predicted.annealing.length - 1];
  if (errors === undefined) return `${curveName(file)} is predicted to end at ${number(end.loss, 4)} nats.`;
  const { annealing, withoutS2, multiPower } = errors;
  return (
    `The mean error is ${number(annealing.meanAbsoluteError)} nats, ${number(withoutS2.meanAbsoluteError)} without S2 and ` +
    `${number(multiPower.meanAbsoluteError)} by the multi-power law; the end is ${fitted ? "fitted" : "predicted"} with an error of ${number(annealing.finalError)}.`
  );
}
