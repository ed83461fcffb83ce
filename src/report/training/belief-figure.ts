import * as Plot from "@observablehq/plot";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number, percent } from "../format.js";
import { color, ramp } from "../palette.js";
import { draw, legend, legendColumn, MARK_LINE } from "../plot.js";
import { ALL, byFile, byPerturbation, type KindOfExample, summaryOf } from "./kinds-of-example.js";
import { shortened } from "./run-colors.js";
import type { TrainingReportData } from "./training-data.js";

interface ColoredKind extends KindOfExample {
  readonly color: string;
}

/** The distribution of the examples' weights, by whether they are perturbed. */
export function beliefFigure(data: TrainingReportData): Figure | AbsentFigure {
  const about = { slug: "belief", title: "How much the policy believed in each kind of example" };
  const kinds = byPerturbation(data.weights).map((kind) => ({
    ...kind,
    color: color(kind.name === "perturbed" ? "perturbed" : "best"),
  }));
  return drawn(
    about,
    kinds,
    "What does not help the desired text loses its weight: perturbed examples should lie to the left.",
  );
}

/** The same by the file that the examples are from. */
export function beliefByFileFigure(data: TrainingReportData): Figure | AbsentFigure {
  const about = { slug: "belief-by-file", title: "How much the policy believed in each source file" };
  const files = byFile(data.weights);
  if (files.length < 2) return { ...about, absent: "all examples are from one file." };
  const kinds = files.map((kind, i) => ({ ...kind, color: ramp(i / (files.length - 1)) }));
  return drawn(
    about,
    kinds,
    "A file whose text helps the desired text keeps its weight: it lies to the right of one that does not.",
  );
}

function drawn(
  about: { readonly slug: string; readonly title: string },
  kinds: readonly ColoredKind[],
  theory: string,
): Figure | AbsentFigure {
  const lowest = Math.min(...kinds.map(({ weights }) => weights[0]));
  const highest = Math.max(...kinds.map(({ weights }) => weights[weights.length - 1]));
  if (lowest === highest) return { ...about, absent: "all examples had the same weight." };
  const found = kinds.map(finding).join(" ");
  const [least, most] = [Math.min(1, lowest), Math.max(1, highest)];
  const svg = draw(about.title, found, {
    x: { label: "weight (uniform = 1)", domain: [least < 0.5 * most ? 0 : least, most], nice: true },
    y: { label: "cumulative share", domain: [0, 1], grid: true, tickFormat: (part) => percent(part, 0) },
    // Above the figure, where no line is.
    marginTop: 36 + (kinds.length > 2 ? 20 * (kinds.length - 1) : 0),
    height: 310 + (kinds.length > 2 ? 20 * (kinds.length - 1) : 0),
    marks: [
      Plot.ruleX([1], MARK_LINE),
      ...kinds.map(({ weights, color: stroke }) =>
        Plot.line(weights, {
          x: Plot.identity,
          y: (_, i: number) => (i + 1) / weights.length,
          stroke,
          strokeWidth: 2.5,
          curve: "step-after",
        }),
      ),
      ...(kinds.length > 1 ? legendOf(kinds) : []),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "For each weight the share of the examples that have no more: a line further left is a kind that was believed less. A " +
        "weight is the mean over the steps in which the example was drawn, relative to uniform (the dashed line).",
      theory,
      found,
    },
  };
}

function legendOf(kinds: readonly ColoredKind[]): Plot.Markish[] {
  const entries = kinds.map(({ name, color }) => ({ name: shortened(name), color }));
  return entries.length > 2 ? legendColumn(entries, -22 - 20 * (entries.length - 1)) : legend(entries);
}

function finding(kind: KindOfExample): string {
  const { median, belowUniform } = summaryOf(kind);
  const { length } = kind.weights;
  const which =
    kind.name === ALL
      ? "that were drawn"
      : /perturbed$/.test(kind.name)
        ? `that ${length === 1 ? "is" : "are"} ${kind.name}`
        : `of ${kind.name}`;
  return `Of ${count(length, "example")} ${which} half have a weight below ${number(median)}, and ${percent(belowUniform)} less than the uniform one.`;
}
