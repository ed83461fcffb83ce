import * as Plot from "@observablehq/plot";
import { rounded } from "../../base/words.js";
import type { ScheduleFacts } from "../../descent/schedules/schedule.js";
import type { Figure } from "../figure.js";
import { compact, number, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, label } from "../plot.js";

/** A schedule, and its learning rate in every step. */
export interface DrawnSchedule {
  readonly name: string;
  readonly rates: readonly number[];
}

/** Points of a curve. */
const MOST_POINTS = 400;
const COLUMNS = 3;
const ROW_HEIGHT = 120;

/** The learning rate over the steps under each of some schedules, side by side. */
export function schedulesFigure(
  schedules: readonly DrawnSchedule[],
  { steps, warmup, learningRate }: ScheduleFacts,
): Figure {
  const title = "The learning rate under each schedule";
  const means = schedules.map(({ name, rates }) => {
    return `${name} ${number(rates.reduce((sum, rate) => sum + rate, 0) / steps / learningRate, 2)}`;
  });
  const found = `The mean rate over ${whole(steps)} steps, in shares of the peak: ${means.join(", ")}.`;
  const every = Math.ceil(steps / MOST_POINTS);
  const place = (i: number) => ({ column: i % COLUMNS, row: Math.floor(i / COLUMNS) });
  const rows = Math.ceil(schedules.length / COLUMNS);
  const svg = draw(title, found, {
    height: 110 + rows * ROW_HEIGHT,
    marginTop: 42,
    marginLeft: 64,
    fx: { axis: null, padding: 0.2 },
    fy: { axis: null, padding: 0.32 },
    x: { label: "step", ticks: 2, domain: [0, steps], tickFormat: compact },
    y: {
      label: "learning rate",
      domain: [0, learningRate],
      ticks: [0, learningRate / 2, learningRate],
      tickFormat: (rate: number) => rounded(rate),
      grid: true,
    },
    marks: [
      ...schedules.map(({ rates }, i) => {
        const { column, row } = place(i);
        const points = rates.flatMap((rate, step) =>
          step % every === 0 || step === steps - 1 ? [{ step, rate, column, row }] : [],
        );
        return Plot.line(points, {
          x: "step",
          y: "rate",
          fx: "column",
          fy: "row",
          stroke: color("best"),
          strokeWidth: 2,
        });
      }),
      ...schedules.map(({ name }, i) => {
        const { column, row } = place(i);
        const facet = { fx: [column], fy: [row] };
        return label(name, { frameAnchor: "top-left" }, { ...facet, dy: -18, fontWeight: "bold" });
      }),
    ],
  });
  return {
    ...{ slug: "schedules", title, svg },
    caption: {
      shows:
        `The learning rate of every step, with a peak of ${learningRate}` +
        `${warmup === 0 ? "" : ` that a linear warm-up of ${whole(warmup)} steps leads up to`}.`,
      theory:
        "At a constant rate a training ends in the noise of its gradients; a rate that falls to 0 ends below it, and the bound " +
        "of the last step's loss is smallest where it falls by equal steps (Defazio et al. 2023, arXiv:2310.07831).",
      found,
    },
  };
}
