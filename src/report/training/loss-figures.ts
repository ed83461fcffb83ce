import * as Plot from "@observablehq/plot";
import { NO_ACCELERATION } from "../../measures/acceleration.js";
import { type Cost, costToReach } from "../../measures/cost-to-reach.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { compact, number, times, whole } from "../format.js";
import { draw, label, legendColumn, MARK_LINE } from "../plot.js";
import { coloredRuns, shortened } from "./run-colors.js";
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

function lossFigure(
  data: TrainingReportData,
  { key, unit, label: axis }: (typeof COSTS)[number],
): Figure | AbsentFigure {
  const about = { slug: `loss-over-${wordOf(unit)}`, title: `The test loss over ${axis}` };
  const runs = coloredRuns(data).map((run) => ({
    ...run,
    costs: run.costs.filter((point) => Number.isFinite(point[key])),
  }));
  if (runs.some(({ costs }) => costs.length < 2))
    return { ...about, absent: `${axis} are not recorded at two evaluations or more.` };
  const [baseline] = data.others;
  const found = finding(data, runs, { key, unit });
  const svg = draw(about.title, found, {
    marginBottom: 52,
    // Below the lowest loss there is room for what is written beside it.
    insetBottom: baseline === undefined ? 0 : 24,
    x: { label: axis, ticks: 5, zero: true, tickFormat: compact },
    y: { label: "test loss, nats", grid: true, nice: true },
    marks: [
      ...(baseline === undefined ? [] : [Plot.ruleY([finalLoss(baseline)], MARK_LINE)]),
      // The baseline is wider: where another lies on it, both are seen.
      ...runs.map((run, i) =>
        Plot.line(run.costs, {
          ...{ x: key, y: "testLoss", stroke: run.color },
          strokeWidth: baseline !== undefined && i === 0 ? 4.5 : 2,
        }),
      ),
      ...accelerationMarks(data, key, unit, Math.max(...runs.flatMap(({ costs }) => costs.map((point) => point[key])))),
      ...legendColumn(runs.map(({ name, color }) => ({ name: shortened(name), color }))),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "The loss on unseen test examples at every evaluation." +
        (baseline === undefined
          ? ""
          : ` The dashed line is the final loss of the baseline, ${baseline.name}; the dots are where ${data.name} and the baseline first reach it.`) +
        (unit === "seconds" ? " Seconds are those of one machine, with what else it did meanwhile." : ""),
      theory:
        "Weight that moves to what helps makes the loss fall in fewer steps; measuring what helps costs gradients and " +
        "seconds, so the gain in these is smaller.",
      found,
    },
  };
}

/** Where the training and its baseline first reach the final loss of the baseline, and how many times sooner it is. */
function accelerationMarks(data: TrainingReportData, key: keyof Cost, unit: Unit, end: number): Plot.Markish[] {
  const [baseline] = data.others;
  const rate = data.comparisons[0]?.comparison.accelerations?.[unit];
  if (baseline === undefined || rate === undefined || !Number.isFinite(rate)) return [];
  const target = finalLoss(baseline);
  const reached = costToReach(data.costs, target)![key];
  const early = reached < 0.45 * end;
  return [
    Plot.dot([reached, rate * reached], { x: Plot.identity, y: () => target, fill: "currentColor", r: 4 }),
    label(
      inWords(rate),
      { x: reached, y: target },
      { dx: early ? 8 : -8, dy: 14, textAnchor: early ? "start" : "end", fontWeight: "bold" },
    ),
  ];
}

type Unit = (typeof COSTS)[number]["unit"];

function finding(
  data: TrainingReportData,
  runs: readonly TrainedRun[],
  { key, unit }: { key: keyof Cost; unit: Unit },
): string {
  const ends = runs.map(({ name, costs }) => {
    const last = costs[costs.length - 1];
    const cost = unit === "seconds" ? number(last[key]) : whole(Math.round(last[key]));
    return `${name} ends at ${number(last.testLoss, 4)} nats after ${cost} ${wordOf(unit)}.`;
  });
  const compared = data.comparisons.map(({ name, comparison: { accelerations, nothingToReach } }) => {
    if (nothingToReach) return `${name} is compared with nothing: ${NO_ACCELERATION}.`;
    if (accelerations === null) return `${name} does not reach the final loss of ${data.others[0].name}.`;
    return `${name} reaches the final loss of ${data.others[0].name} ${inWords(accelerations[unit])} in ${wordOf(unit)}.`;
  });
  const counts = data.comparisons.some(({ comparison }) => !comparison.nothingToReach);
  return [
    ...compared,
    ...ends,
    ...data.others.slice(0, 1).flatMap((run) => risen(run, counts)),
    "Each is one seed.",
  ].join(" ");
}

function inWords(rate: number): string {
  return rate < 1 ? `${times(1 / rate)} times later` : `${times(rate)} times sooner`;
}

/** As a person calls the unit. */
function wordOf(unit: Unit): string {
  return unit === "work" ? "gradients" : unit;
}

/**
 * Where a baseline was lower before its end, what its final loss is, and from where accelerations count, needs a word.
 *
 * @param counts whether there are any
 */
function risen({ name, costs }: TrainedRun, counts: boolean): string[] {
  const lowest = costs.reduce((least, point) => (point.testLoss < least.testLoss ? point : least));
  const last = costs[costs.length - 1];
  if (lowest === last) return [];
  const from = counts ? ": accelerations count from where it first was as low as at its end" : "";
  return [
    `The test loss of ${name} was lowest at step ${whole(lowest.step)}, ${number(lowest.testLoss, 4)} nats, and rose after it, by ${number(last.testLoss - lowest.testLoss, 2)}${from}.`,
  ];
}

const finalLoss = ({ costs }: TrainedRun) => costs[costs.length - 1].testLoss;
