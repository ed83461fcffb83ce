import * as Plot from "@observablehq/plot";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number, percent } from "../format.js";
import { color } from "../palette.js";
import { draw, logAxisY, logTicks, MARK_LINE } from "../plot.js";
import type { ReportData } from "../report-data.js";

const about = { slug: "optimality-gap", title: "How far the policies are from an optimum" };

/** The first-order optimality gap over the search, and where in time it lies (DESIGN 2.4). */
export function optimalityGapFigure({ metrics, best }: ReportData): Figure | AbsentFigure {
  const points = metrics.flatMap(({ epoch, gap }) => (gap === null || gap <= 0 ? [] : [{ epoch, gap }]));
  if (points.length === 0) return { ...about, absent: "the gap was not measured, or is 0 from the start." };
  const [first, last] = [points[0], points[points.length - 1]];
  const gaps = points.map(({ gap }) => gap);
  const shares = metrics[last.epoch].gapByStretch;
  const largest = shares.indexOf(Math.max(...shares));
  const found =
    `In ${count(metrics.length - 1, "epoch")} the gap goes from ${number(first.gap, 4)} to ${number(last.gap, 4)} nats. ` +
    `Of the last one ${percent(shares[largest])} lies in part ${largest + 1} of ${shares.length} of the time of learning.`;
  const svg = draw(about.title, found, {
    insetLeft: 16,
    insetRight: 16,
    x: { label: "epoch of the search", domain: [0, Math.max(1, last.epoch)], ticks: Math.min(10, last.epoch) },
    y: { type: "log" },
    marks: [
      ...logAxisY({ ticks: logTicks(Math.min(...gaps), Math.max(...gaps)), label: "optimality gap, nats" }),
      Plot.ruleX([best.epoch], MARK_LINE),
      Plot.line(points, { x: "epoch", y: "gap", stroke: color("best"), strokeWidth: 2.5 }),
      Plot.dot(points, { x: "epoch", y: "gap", fill: color("best"), r: points.length > 30 ? 0 : 3.5 }),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "What J would fall by if every step gave all its weight to the example with the least derivative and J were a " +
        "straight line (the Frank-Wolfe gap), in logarithmic scale. The dashed line is at the epoch that was chosen.",
      theory:
        "It is 0 exactly where the conditions of optimality hold: at every step all examples with weight have the same, " +
        "least derivative. As J is not convex, a small gap says that the law nearly holds, not that no policy is better.",
      found,
      numbers: `Shares of the last gap by part of the time of learning, in order: ${shares.map((share) => percent(share)).join(", ")}.`,
    },
  };
}
