import * as Plot from "@observablehq/plot";
import { largest, smallest } from "../../base/floats.js";
import type { CurvePoint } from "../../curves/interpolate-curve.js";
import type { LawOfSteps } from "../../curves/law-of-steps.js";
import { scalingLawLoss } from "../../curves/scaling-law.js";
import type { Figure } from "../figure.js";
import { number } from "../format.js";
import { draw, legendColumn, logAxes, logTicks } from "../plot.js";
import { curveColors, curveName } from "./curve-colors.js";
import { thinned } from "./deceleration-figures.js";

/** A curve with its scaling law of steps. */
export interface CurveWithLaw {
  readonly file: string;
  readonly points: readonly CurvePoint[];
  readonly found: LawOfSteps;
}

/** Curves with their scaling laws of steps (DESIGN 2.5). */
export function lawOfStepsFigure(curves: readonly CurveWithLaw[]): Figure {
  const title = "Loss curves and their scaling laws";
  const colors = curveColors(curves.length);
  const all = curves.flatMap(({ points }) => points.filter(({ step }) => step > 0));
  const [steps, losses] = [all.map(({ step }) => step), all.map(({ loss }) => loss)];
  const found = curves
    .map(({ file, found: { law, undecided } }) =>
      undecided === null
        ? `${curveName(file)}: L0 ${number(law.L0)} nats, B ${number(law.B)} steps, β ${number(law.beta)}.`
        : `${curveName(file)} decides no law: ${undecided}.`,
    )
    .join(" ");
  return {
    slug: "scaling-laws",
    title,
    svg: draw(title, found, {
      x: { type: "log" },
      y: { type: "log" },
      marks: [
        ...logAxes(
          { ticks: logTicks(smallest(steps), largest(steps)), label: "step t" },
          { ticks: logTicks(smallest(losses), largest(losses)), label: "loss, nats" },
        ),
        ...curves.flatMap(({ points, found: { law } }, i) => {
          const drawn = thinned(points.filter(({ step }) => step > 0));
          const fitted = drawn.filter(({ step }) => step > law.t0);
          return [
            Plot.dot(drawn, { x: "step", y: "loss", r: 1.8, fill: colors[i], fillOpacity: 0.5 }),
            Plot.line(fitted, {
              x: "step",
              y: ({ step }) => scalingLawLoss(law, step),
              stroke: colors[i],
              strokeWidth: 2,
            }),
          ];
        }),
        ...legendColumn(curves.map(({ file }, i) => ({ name: curveName(file), color: colors[i] }))),
      ],
    }),
    caption: {
      shows: "The loss over the steps, both logarithmic: dots are measured, lines L = L0 + (B/t)^β.",
      theory:
        "Loss curves fall as a power law toward a limit L0; a smaller B and a larger β are better (Gu et al. 2024, equation 8).",
      found,
    },
  };
}
