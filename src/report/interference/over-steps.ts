import * as Plot from "@observablehq/plot";
import { largest, smallest } from "../../base/floats.js";
import { breakOf, type Deceleration } from "../../curves/deceleration.js";
import type { AbsentFigure, Caption, Figure } from "../figure.js";
import { color } from "../palette.js";
import { draw, type LegendEntry, label, legend, logTicks, MARK_LINE, tickText } from "../plot.js";

/** A value at a step. */
export interface StepValue {
  readonly step: number;
  readonly value: number;
}

/** Lines over logarithmic steps, and where the loss curve decelerates. */
export interface OverSteps {
  readonly slug: string;
  readonly title: string;
  readonly lines: readonly {
    readonly stroke: string;
    readonly dashed?: boolean;
    readonly points: readonly StepValue[];
  }[];
  readonly dots?: readonly StepValue[];
  readonly deceleration: Deceleration;
  readonly y: { readonly label: string; readonly logarithmic: boolean };
  /** One row of the legend above another. */
  readonly legends: readonly (readonly LegendEntry[])[];
  readonly caption: Omit<Caption, "theory">;
}

/** What the theory says of interference. */
export const interferenceTheory =
  "Where learning decelerates, gradients of single tokens come to oppose each other: D rises toward 1, and what some tokens gain " +
  "others lose, so that the improvement M (1 − D) falls though M does not (Mircea et al. 2025, arXiv:2506.05447).";

/** Draws lines over the steps; step 0, which has no logarithm, is left out. */
export function overSteps({
  slug,
  title,
  lines,
  dots = [],
  deceleration,
  y,
  legends,
  caption,
}: OverSteps): Figure | AbsentFigure {
  const drawable = (points: readonly StepValue[]) =>
    points.filter(({ step, value }) => step > 0 && (value > 0 || !y.logarithmic));
  const shown = lines.map((line) => ({ ...line, points: drawable(line.points) }));
  const points = [...shown.flatMap((line) => line.points), ...dots];
  if (points.length === 0) return { slug, title, absent: "there is nothing of it at the steps that were measured." };
  const [low, high] = wide(points.map(({ step }) => step));
  const [least, most] = y.logarithmic ? wide(points.map(({ value }) => value)) : [0, 1];
  const broken = breakOf(deceleration);
  return {
    slug,
    title,
    svg: draw(title, caption.found, {
      marginTop: 16 + 20 * legends.length,
      marginLeft: 60,
      x: { domain: [low, high], label: "step t", ...logScale(low, high) },
      y: {
        ...{ domain: [least, most], label: y.label, grid: true },
        ...(y.logarithmic ? logScale(least, most) : {}),
      },
      marks: [
        Plot.dot(dots, { x: "step", y: "value", r: 1.8, fill: color("conventional"), fillOpacity: 0.5 }),
        ...(broken === undefined || broken.td < low || broken.td > high
          ? []
          : [Plot.ruleX([broken.td], MARK_LINE), label("t_d", { x: broken.td, y: least }, { dx: 12, dy: -10 })]),
        ...shown.flatMap(({ points, stroke, dashed }) => [
          Plot.line(points, {
            ...{ x: "step", y: "value", stroke, strokeWidth: 2 },
            strokeDasharray: dashed ? "4 3" : undefined,
          }),
          Plot.dot(points, { x: "step", y: "value", fill: stroke, r: 2.5 }),
        ]),
        ...legends.flatMap((row, i) => legend(row, -22 - 20 * (legends.length - 1 - i))),
      ],
    }),
    caption: { ...caption, theory: interferenceTheory },
  };
}

/** A logarithmic scale with round ticks. */
export function logScale(from: number, to: number) {
  const ticks = logTicks(from, to);
  return { type: "log", ticks, tickFormat: tickText(ticks) } as const;
}

/** From the smallest to the largest of positive values, or around the one that there is. */
function wide(values: readonly number[]): [number, number] {
  const [least, most] = [smallest(values), largest(values)];
  return most > 1.1 * least ? [least, most] : [least / 1.5, 1.5 * most];
}
