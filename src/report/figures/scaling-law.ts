import * as Plot from "@observablehq/plot";
import type { ScalingComparison } from "../../curves/scaling-comparison.js";
import { type ScalingLaw, scalingLawLoss } from "../../curves/scaling-law.js";
import type { Interval } from "../../curves/scaling-law-intervals.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { number, percent, times, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, label, legend, logAxes, logTicks, MARK_LINE } from "../plot.js";
import type { ReportData } from "../report-data.js";

const about = { slug: "scaling-law", title: "The scaling law of the test loss" };

/** A curve is drawn as at most this many dots, evenly spaced in log t. */
const DOTS = 60;

/** The scaling laws of conventional learning and of the best policy (Gu et al. 2024, figure 11). */
export function scalingLawFigure({ scaling, conventionalCurve, bestCurve, best }: ReportData): Figure | AbsentFigure {
  if ("refused" in scaling) return { ...about, absent: `${scaling.refused}.` };
  const { L0, t0 } = scaling.conventional;
  const T = conventionalCurve.length;
  const found = finding(scaling, T, best.acceleration);
  const undecided = scaling.undecided !== null;
  const measured = [conventionalCurve, bestCurve].map((curve) => thinned(curve, L0));
  const laws = [lawEnds(scaling.conventional, T), lawEnds(scaling.best, T)];
  const excesses = [...measured, ...laws].flatMap((points) => points.map(({ excess }) => excess));
  const heights = [Math.min(...excesses), Math.max(...excesses)] as const;
  const svg = draw(about.title, found, {
    insetBottom: 8,
    x: { type: "log", domain: [1, T] },
    y: { type: "log" },
    marks: [
      ...logAxes({ ticks: logTicks(1, T), label: "step t" }, { ticks: logTicks(...heights), label: "L − L0, nats" }),
      ...legend([
        { name: "conventional", color: color("conventional") },
        { name: "best policy", color: color("best") },
      ]),
      ...warmUpMarks(t0, T),
      ...(undecided ? [label("not decided by the data", { frameAnchor: "bottom-left" }, { dx: 6, dy: -30 })] : []),
      dots(measured[0], color("conventional")),
      dots(measured[1], color("best")),
      line(laws[0], color("conventional"), undecided),
      line(laws[1], color("best"), undecided),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "What the test loss L still is above its limit L0, against the step t, both logarithmic: dots are measured, lines " +
        "fitted. L = L0 + (B/t)^β is a straight line here, with the same L0 and t0 for both.",
      theory:
        "Near-optimal learning follows a scaling law too, with a smaller B and a larger β. Published (1.7M-parameter " +
        "transformer): B improved by 96.6% and β by 21.2%.",
      found,
      numbers: scaling.undecided === null ? coefficients(scaling) : undefined,
    },
  };
}

function finding({ undecided, improvement, predicted }: ScalingComparison, T: number, measured: number | null) {
  if (undecided !== null)
    return `No scaling law is decided by these curves: ${undecided}. The lines are one of many that fit; their coefficients say nothing.`;
  return (
    `B is improved by ${percent(improvement.B)} and β by ${percent(improvement.beta)}; together they predict an ` +
    `acceleration of ${times(predicted)} at step ${whole(T)}${measured === null ? "" : `, where ${times(measured)} was measured`}.`
  );
}

function coefficients({ conventional, best, intervals }: ScalingComparison): string {
  const known = "refused" in intervals ? undefined : intervals;
  const law = (name: string, { B, beta, correlation }: ScalingLaw, interval?: { B: Interval; beta: Interval }) =>
    `${name}: B = ${number(B)}${within(interval?.B)}, β = ${number(beta)}${within(interval?.beta)}, correlation ${correlation.toFixed(4)}.`;
  return [
    `L0 = ${number(conventional.L0)}${within(known?.L0)} nats, t0 = ${conventional.t0}.`,
    law("Conventional", conventional, known?.conventional),
    law("Best policy", best, known?.best),
    "refused" in intervals
      ? `No intervals: ${intervals.refused}.`
      : `Improvement of B${within(intervals.improvement.B, percent)}, of β${within(intervals.improvement.beta, percent)}. In brackets: 95% intervals for deviations within this one run, corrected for the bias that noise gives the published fit; where they leave the fit out, their middle is the better estimate.`,
  ].join(" ");
}

function within(interval: Interval | undefined, format: (value: number) => string = number): string {
  return interval === undefined ? "" : ` [${format(interval.low)}, ${format(interval.high)}]`;
}

/** A line at t0; its name stands on the side where there is more room. */
function warmUpMarks(t0: number, T: number): Plot.Markish[] {
  if (t0 === 0) return [];
  const late = t0 > Math.sqrt(T);
  const place = { x: [t0], dx: late ? -6 : 6, dy: -10, textAnchor: late ? "end" : "start" } as const;
  return [Plot.ruleX([t0], MARK_LINE), label(`t0 = ${t0}`, { frameAnchor: "bottom" }, place)];
}

interface Point {
  readonly t: number;
  /** L - L0. */
  readonly excess: number;
}

function thinned(curve: Float64Array, L0: number): Point[] {
  const steps = Array.from({ length: DOTS }, (_, i) => Math.round(curve.length ** (i / (DOTS - 1))));
  return [...new Set(steps)].map((t) => ({ t, excess: curve[t - 1] - L0 })).filter(({ excess }) => excess > 0);
}

function dots(points: readonly Point[], fill: string): Plot.Dot {
  return Plot.dot(points, { x: "t", y: "excess", fill, r: 3, fillOpacity: 0.75 });
}

/** The fitted straight line, from t0 on. */
function lawEnds(law: ScalingLaw, T: number): Point[] {
  return [Math.max(1, law.t0), T].map((t) => ({ t, excess: scalingLawLoss(law, t) - law.L0 }));
}

function line(points: readonly Point[], stroke: string, faint: boolean): Plot.Line {
  return Plot.line(points, { x: "t", y: "excess", stroke, strokeWidth: faint ? 1 : 2, strokeOpacity: faint ? 0.5 : 1 });
}
