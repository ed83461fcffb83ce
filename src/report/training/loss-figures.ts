import * as Plot from "@observablehq/plot";
import type { Cost } from "../../measures/cost-to-reach.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number, times, whole } from "../format.js";
import { color, ramp } from "../palette.js";
import { draw, legend, MARK_LINE } from "../plot.js";
import type { TrainedRun, TrainingReportData } from "./training-data.js";

/** What a training costs, the axis that it is measured along, and which of the accelerations it is. */
const COSTS = [
  { key: "step", unit: "steps", label: "steps" },
  { key: "tokens", unit: "tokens", label: "tokens learned from" },
  { key: "work", unit: "work", label: "gradients of one example" },
  { key: "seconds", unit: "seconds", label: "seconds" },
] as const satisfies readonly { key: keyof Cost; unit: string; label: string }[];

/** The test loss against each of what a training costs, beside the other trainings (DESIGN 2.5 and 2.8). */
export function lossFigures(data: TrainingReportData): (Figure | AbsentFigure)[] {
  return COSTS.map((cost) => lossFigure(data, cost));
}

function lossFigure(data: TrainingReportData, { key, unit, label }: (typeof COSTS)[number]): Figure | AbsentFigure {
  const about = { slug: `loss-over-${unit === "work" ? "gradients" : unit}`, title: `The test loss over ${label}` };
  const runs = [...data.others, data].map((run, i) => ({
    ...run,
    costs: run.costs.filter((point) => Number.isFinite(point[key])),
    color: i === data.others.length ? color("best") : i === 0 ? color("conventional") : ramp(i / data.others.length),
  }));
  if (runs.some(({ costs }) => costs.length < 2))
    return { ...about, absent: `${label} are not recorded at two evaluations or more.` };
  const [baseline] = data.others;
  const found = finding(data, unit);
  const svg = draw(about.title, found, {
    marginBottom: 52,
    x: { label, ticks: 5, zero: true, tickFormat: compact },
    y: { label: "test loss, nats", grid: true, nice: true },
    marks: [
      ...(baseline === undefined ? [] : [Plot.ruleY([finalLoss(baseline)], MARK_LINE)]),
      ...runs.map((run) => Plot.line(run.costs, { x: key, y: "testLoss", stroke: run.color, strokeWidth: 2.5 })),
      ...runs.flatMap((run, i) => legend([{ name: shortened(run.name), color: run.color }], 14 + 20 * i)),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "The loss on unseen test examples at every evaluation." +
        (baseline === undefined ? "" : ` The dashed line is the final loss of the baseline, ${baseline.name}.`),
      theory:
        "Weight that moves to what helps makes the loss fall in fewer steps; measuring what helps costs gradients and " +
        "seconds, so the gain in these is smaller.",
      found,
    },
  };
}

function finding(data: TrainingReportData, unit: (typeof COSTS)[number]["unit"]): string {
  const last = data.costs[data.costs.length - 1];
  const ends = `After ${count(last.step, "step")}, ${whole(last.tokens)} tokens, ${whole(Math.round(last.work))} gradients and ${number(last.seconds)} seconds the test loss of ${data.name} is ${number(last.testLoss, 4)} nats.`;
  const compared = data.comparisons.map(({ name, comparison: { accelerations, nothingToReach } }) => {
    if (nothingToReach) return `${data.others[0].name} ends no lower than ${name} begins: there is nothing to reach.`;
    if (accelerations === null) return `${name} does not reach the final loss of ${data.others[0].name}.`;
    const rate = accelerations[unit];
    const when = rate < 1 ? `${times(1 / rate)} times later` : `${times(rate)} times sooner`;
    return `${name} reaches the final loss of ${data.others[0].name} ${when} in ${unit === "work" ? "gradients" : unit}.`;
  });
  return [ends, ...compared, ...risen(data.others.slice(0, 1)), "Each is one seed."].join(" ");
}

/** Where a baseline was lower before its end, its final loss is passed early by anyone, itself included. */
function risen(baselines: readonly TrainedRun[]): string[] {
  return baselines.flatMap(({ name, costs }) => {
    const lowest = costs.reduce((least, point) => (point.testLoss < least.testLoss ? point : least));
    if (lowest === costs[costs.length - 1]) return [];
    return `The test loss of ${name} was lowest at step ${whole(lowest.step)}, ${number(lowest.testLoss, 4)} nats, and rose after it: that makes any acceleration large.`;
  });
}

const finalLoss = ({ costs }: TrainedRun) => costs[costs.length - 1].testLoss;

/** Of a name of a directory, what fits into a figure. */
function shortened(name: string): string {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}

/** A number as short as it is on an axis: `20K`, `1.5M`. */
function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact" });
}
