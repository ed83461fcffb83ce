import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.js";
import { count, number, percent, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, label, legend, MARK_LINE } from "../plot.js";
import { type SelectionReportData, totals } from "./selection-data.js";

const title = "The scores of the documents, and what was taken";

/** So many bars are drawn; as many bins as that divides are recorded. */
const BARS = 50;

/** A histogram of the scores, split into what was taken and what was left (DESIGN 2.9). */
export function scoreFigure(data: SelectionReportData): Figure {
  const { from, to, lowest, highest } = data.histogram;
  const { threshold, positiveShare } = data.summary;
  const { documents, negative } = totals(data);
  const bars = barsOf(data.histogram);
  const found =
    `${whole(negative)} of ${count(documents, "document")} (${percent(negative / documents)}) have negative scores: ` +
    `learning from them would do harm. Documents with positive scores hold ${percent(positiveShare)} of the tokens. ` +
    `Documents with scores from ${number(threshold)} were taken.`;
  const middle = (from + to) / 2;
  const svg = draw(title, found, {
    marginLeft: 60,
    x: { label: "score (1 = an ordinary training example)", domain: [from, to], ticks: 7 },
    // Above the bars there is room for the words.
    y: { label: "documents", grid: true, domain: [0, 1.15 * Math.max(...bars.map(({ all }) => all))] },
    marks: [
      ...legend([
        { name: "taken", color: color("best") },
        { name: "left", color: color("conventional") },
      ]),
      Plot.rect(bars, { x1: "x1", x2: "x2", y1: 0, y2: "left", fill: color("conventional"), insetRight: 1 }),
      Plot.rect(bars, { x1: "x1", x2: "x2", y1: "left", y2: "all", fill: color("best"), insetRight: 1 }),
      ...(from < 0 && to > 0 ? [Plot.ruleX([0], { stroke: "currentColor", strokeOpacity: 0.5 })] : []),
      Plot.ruleX([threshold], MARK_LINE),
      label(
        `threshold ${number(threshold)}`,
        { frameAnchor: "top" },
        threshold > middle
          ? { x: [threshold], dx: -6, dy: 10, textAnchor: "end" }
          : { x: [threshold], dx: 6, dy: 10, textAnchor: "start" },
      ),
    ],
  });
  const beyond =
    lowest < from || highest > to
      ? ` Scores beyond the ends, from ${number(lowest)} to ${number(highest)}, are in the outer bars.`
      : "";
  return {
    slug: "scores",
    title,
    svg,
    caption: {
      shows:
        "How many documents have each score: the mean over a document's tokens of how much a step on them lowers the loss " +
        "on the desired text, in units of the mean absolute contribution of the run's own training examples. The dashed " +
        `line is the threshold, the thin one is at 0.${beyond}`,
      theory:
        "To first order a step on a document lowers the desired loss in proportion to its score; below 0 it raises it. In optimal " +
        "learning what does not contribute has no weight.",
      found,
    },
  };
}

interface Bar {
  readonly x1: number;
  readonly x2: number;
  readonly left: number;
  readonly all: number;
}

function barsOf({ from, to, documents, selected }: SelectionReportData["histogram"]): Bar[] {
  const bins = documents.length / BARS;
  const sum = (counts: readonly number[], bar: number) =>
    counts.slice(bar * bins, (bar + 1) * bins).reduce((all, count) => all + count, 0);
  return Array.from({ length: BARS }, (_, bar) => {
    const all = sum(documents, bar);
    const at = (place: number) => from + ((to - from) * place) / BARS;
    return { x1: at(bar), x2: at(bar + 1), all, left: all - sum(selected, bar) };
  });
}
