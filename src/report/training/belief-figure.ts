import * as Plot from "@observablehq/plot";
import { median } from "simple-statistics";
import type { AbsentFigure, Figure } from "../figure.js";
import { number, percent, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, legend, MARK_LINE } from "../plot.js";
import type { TrainingReportData } from "./training-data.js";

const about = { slug: "belief", title: "How much the policy believed in each kind of example" };

/** The distribution of the examples' weights, by what is known of them. */
export function beliefFigure({ weights }: TrainingReportData): Figure | AbsentFigure {
  const drawn = weights.flatMap(({ weight, perturbed }) => (weight === null ? [] : [{ weight, perturbed }]));
  if (drawn.every(({ weight }) => weight === drawn[0].weight))
    return { ...about, absent: "all examples had the same weight." };
  const kinds = [
    { name: "not perturbed", perturbed: false, fill: color("best") },
    { name: "perturbed", perturbed: true, fill: color("perturbed") },
  ]
    .map((kind) => ({
      ...kind,
      sorted: drawn.flatMap((row) => (row.perturbed === kind.perturbed ? [row.weight] : [])).toSorted((a, b) => a - b),
    }))
    .filter(({ sorted }) => sorted.length > 0);
  const found = `${kinds
    .map(
      ({ name, sorted }) =>
        `Of ${whole(sorted.length)} examples that are ${name} half have a weight below ${number(median(sorted))}, and ${percent(share(sorted, 1))} less than the uniform one.`,
    )
    .join(" ")}`;
  const svg = draw(about.title, found, {
    x: { label: "weight (uniform = 1)", zero: true },
    y: { label: "cumulative share", domain: [0, 1], grid: true, tickFormat: (part) => percent(part, 0) },
    marks: [
      Plot.ruleX([1], MARK_LINE),
      ...kinds.map(({ sorted, fill }) =>
        Plot.line(sorted, {
          x: Plot.identity,
          y: (_, i: number) => (i + 1) / sorted.length,
          stroke: fill,
          strokeWidth: 2.5,
          curve: "step-after",
        }),
      ),
      ...(kinds.length > 1 ? legend(kinds.map(({ name, fill }) => ({ name, color: fill }))) : []),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "For each weight the share of the examples that have no more: a line further left is a kind that was believed less. A " +
        "weight is the mean over the steps in which the example was drawn, relative to uniform (the dashed line).",
      theory: "What does not help the desired text loses its weight: perturbed examples should lie to the left.",
      found,
    },
  };
}

/** The share of sorted numbers below a limit. */
function share(sorted: readonly number[], limit: number): number {
  return sorted.filter((value) => value < limit).length / sorted.length;
}
