import * as Plot from "@observablehq/plot";
import { baselineCrossing } from "../../measures/acceleration.js";
import type { Figure } from "../figure.js";
import { number, times, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, label, legend, MARK_LINE } from "../plot.js";
import type { ReportData } from "../report-data.js";

const title = "The test loss over the steps, and the acceleration";

/** The test loss of conventional learning and of the best policy, with the acceleration (DESIGN 2.5). */
export function accelerationFigure(data: ReportData): Figure {
  const { conventionalCurve, bestCurve, best } = data;
  const T = conventionalCurve.length;
  const target = conventionalCurve[T - 1];
  const found = finding(data, target);
  const own = baselineCrossing(conventionalCurve);
  const svg = draw(title, found, {
    marginRight: 32,
    x: { label: "step", domain: [0, T] },
    y: { label: "test loss, nats", grid: true, nice: true },
    marks: [
      ...legend([
        { name: "conventional", color: color("conventional") },
        { name: `best (epoch ${best.epoch})`, color: color("best") },
      ]),
      line(conventionalCurve, color("conventional")),
      line(bestCurve, color("best")),
      ...(best.acceleration === null || own === undefined
        ? []
        : accelerationMarks((own.index + own.share) / best.acceleration, T, target, best.acceleration)),
    ],
  });
  return {
    slug: "acceleration",
    title,
    svg,
    caption: {
      shows:
        "The loss on unseen test examples after each step, under conventional learning (all examples weigh the same) and " +
        "under the best policy. The dashed line leads from the step where the policy reaches the final loss of " +
        "conventional learning to the last step.",
      theory:
        "A near-optimal policy reaches the final loss of conventional learning in fewer steps. Published: 5.50 times sooner " +
        "for a perceptron and 2.41 times for a 1.7M-parameter transformer.",
      found,
    },
  };
}

function finding({ best, bestCurve, conventionalCurve }: ReportData, target: number): string {
  const T = conventionalCurve.length;
  const ends = `After ${whole(T)} steps the loss is ${number(bestCurve[T - 1], 4)} nats, where conventional learning ends at ${number(target, 4)}.`;
  const own = baselineCrossing(conventionalCurve);
  if (own === undefined)
    return `The test loss of conventional learning does not fall to its end: no acceleration over it is claimed. ${ends}`;
  if (best.acceleration === null)
    return `The best policy (epoch ${best.epoch}) does not reach the final loss of conventional learning. ${ends}`;
  return (
    `The best policy (epoch ${best.epoch}) reaches the final loss of conventional learning at step ` +
    `${number((own.index + own.share) / best.acceleration)} of ${whole(T)}: ${times(best.acceleration)} times sooner (one seed). ${ends}`
  );
}

function line(curve: Float64Array, stroke: string): Plot.Line {
  return Plot.line(curve, { x: (_, i: number) => i + 1, y: Plot.identity, stroke, strokeWidth: 2.5 });
}

function accelerationMarks(reached: number, T: number, target: number, acceleration: number): Plot.Markish[] {
  const text = `${times(acceleration)} times sooner`;
  const early = reached < 0.45 * T;
  return [
    Plot.link([0], { x1: [reached], x2: [T], y1: [target], y2: [target], ...MARK_LINE, stroke: "currentColor" }),
    Plot.dot([reached, T], { x: Plot.identity, y: () => target, fill: "currentColor", r: 4 }),
    // Where it is empty: left of where the curve meets the line, or above both curves where they are flat.
    early
      ? label(text, { x: T, y: target }, { dy: -20, textAnchor: "end", fontWeight: "bold" })
      : label(text, { x: reached, y: target }, { dx: -10, dy: 10, textAnchor: "end", fontWeight: "bold" }),
  ];
}
