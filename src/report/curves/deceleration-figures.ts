import * as Plot from "@observablehq/plot";
import { largest, smallest } from "../../base/floats.js";
import { lnBrokenPowerLaw } from "../../curves/broken-power-law.js";
import type { Deceleration, DecelerationFit } from "../../curves/deceleration.js";
import { comparison } from "../../curves/deceleration-comparison.js";
import type { CurvePoint } from "../../curves/interpolate-curve.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { number, whole } from "../format.js";
import { draw, legendColumn, logAxes, logTicks } from "../plot.js";
import { curveColors, curveName } from "./curve-colors.js";

/** A curve with what its deceleration is. */
export interface DeceleratedCurve {
  readonly file: string;
  readonly points: readonly CurvePoint[];
  readonly found: Deceleration;
}

/** A curve is drawn by at most so many of its points, evenly in ln t, and its law by as many. */
const DRAWN = 120;

const theory =
  "Loss curves of language models fall along two lines in log-log space, with a break early in training; a larger model has " +
  "its break at a lower loss L_d and falls faster after it, at a rate r_d (Loss Deceleration and Zero-Sum Learning, 2025).";

/** The figures of a comparison: the curves with their laws, and L_d and r_d over the curves. */
export function decelerationFigures(curves: readonly DeceleratedCurve[]): (Figure | AbsentFigure)[] {
  return [curvesFigure(curves), measuresFigure(curves)];
}

function curvesFigure(curves: readonly DeceleratedCurve[]): Figure {
  const title = "Loss curves and their breaks";
  const colors = curveColors(curves.length);
  const all = curves.flatMap(({ points }) => points);
  const [steps, losses] = [all.map(({ step }) => step), all.map(({ loss }) => loss)];
  const found = curves.map(sentence).join(" ");
  const svg = draw(title, found, {
    x: { type: "log" },
    y: { type: "log" },
    marks: [
      ...logAxes(
        { ticks: logTicks(smallest(steps), largest(steps)), label: "step t" },
        { ticks: logTicks(smallest(losses), largest(losses)), label: "loss, nats" },
      ),
      ...curves.flatMap(({ points, found: { fit, verdict } }, i) => [
        Plot.dot(thinned(points), { x: "step", y: "loss", r: 1.8, fill: colors[i], fillOpacity: 0.5 }),
        ...(fit === undefined || verdict === "no break" ? [] : lawMarks(points, fit, colors[i])),
      ]),
      ...legendColumn(curves.map(({ file }, i) => ({ name: curveName(file), color: colors[i] }))),
    ],
  });
  return {
    slug: "loss-curves",
    title,
    svg,
    caption: {
      shows:
        "The loss over the steps, both logarithmic: dots are measured, lines the fitted law with one break; a ring marks the break, " +
        "where the lines before and after it, dashed, meet.",
      theory,
      found,
    },
  };
}

function lawMarks(points: readonly CurvePoint[], fit: DecelerationFit, stroke: string): Plot.Markish[] {
  const [first, last] = [points[0].step, points[points.length - 1].step];
  const at = Array.from({ length: DRAWN }, (_, i) => first * (last / first) ** (i / (DRAWN - 1)));
  const law = at.map((step) => ({ step, loss: Math.exp(lnBrokenPowerLaw(fit, Math.log(step))) }));
  const corner = { step: fit.td, loss: fit.Ld };
  const lines = [{ step: first, loss: fit.b * first ** -fit.c0 }, corner, { step: last, loss: fit.predictedFinal }];
  return [
    Plot.line(law, { x: "step", y: "loss", stroke, strokeWidth: 2 }),
    Plot.line(lines, { x: "step", y: "loss", stroke, strokeWidth: 1, strokeDasharray: "4 3" }),
    Plot.dot([corner], { x: "step", y: "loss", stroke, r: 5, strokeWidth: 2 }),
  ];
}

function measuresFigure(curves: readonly DeceleratedCurve[]): Figure | AbsentFigure {
  const about = { slug: "comparison", title: "Where curves break, and how fast they fall after it" };
  const broken = curves.flatMap(({ file, found: { fit, verdict } }) =>
    fit === undefined || verdict !== "decelerates"
      ? []
      : [{ name: curveName(file), Ld: fit.Ld, rd: fit.rd, error: fit.errors.rd }],
  );
  if (broken.length < 2) return { ...about, absent: "fewer than two of the curves decelerate." };
  const colors = curveColors(broken.length);
  const found = comparison(broken);
  const svg = draw(about.title, found, {
    inset: 14,
    marginLeft: 60,
    x: { label: "loss at the break L_d, nats" },
    y: { label: "rate after it r_d", grid: true },
    marks: [
      Plot.line(broken, { x: "Ld", y: "rd", stroke: "currentColor", strokeOpacity: 0.4 }),
      Plot.ruleX(broken, {
        x: "Ld",
        y1: ({ rd, error }) => rd - error,
        y2: ({ rd, error }) => rd + error,
        stroke: "currentColor",
        strokeOpacity: 0.6,
      }),
      ...broken.map((curve, i) => Plot.dot([curve], { x: "Ld", y: "rd", fill: colors[i], r: 6 })),
      ...legendColumn(broken.map(({ name }, i) => ({ name, color: colors[i] }))),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows: "Each curve by the loss at its break and the rate after it; the upright lines are standard errors.",
      theory,
      found,
    },
  };
}

function sentence({ file, found: { verdict, reason, fit } }: DeceleratedCurve): string {
  const name = curveName(file);
  if (fit === undefined || verdict === "no break" || verdict === "too little data")
    return `${name}: ${verdict}, ${reason}.`;
  return `${name} ${verdict} at step ${whole(Math.round(fit.td))}, at ${number(fit.Ld)} nats, to a rate of ${number(fit.rd)}.`;
}

/** At most `DRAWN` points of a curve, evenly in ln t. */
export function thinned<Point extends CurvePoint>(points: readonly Point[]): Point[] {
  let next = Number.NEGATIVE_INFINITY;
  const [first, last] = [points[0].step, points[points.length - 1].step];
  const gap = Math.log(last / first) / DRAWN;
  return points.filter(({ step }, i) => {
    if (Math.log(step) < next && i < points.length - 1) return false;
    next = Math.log(step) + gap;
    return true;
  });
}
