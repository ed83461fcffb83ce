import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.js";
import { number, percent } from "../format.js";
import { color } from "../palette.js";
import { draw, label, MARK_LINE } from "../plot.js";
import type { SelectionReportData } from "./selection-data.js";

const title = "What another share would take";

/** The score of the last document taken against the share of the tokens that is taken, the best first. */
export function shareFigure({ histogram, summary, fraction }: SelectionReportData): Figure {
  const { threshold, positiveShare, selectedTokens, tokens } = summary;
  const taken = selectedTokens / tokens;
  const points = cumulative(histogram);
  const found =
    `${percent(taken)} of the tokens were taken, for the ${percent(fraction)} asked for, down to a score of ${number(threshold)}. ` +
    `Scores are positive for the best ${percent(positiveShare)} of the tokens: a larger share takes what does harm.`;
  const late = taken > 0.5;
  const svg = draw(title, found, {
    x: { label: "share of the tokens, the best first", domain: [0, 1], tickFormat: (part) => percent(part, 0) },
    y: { label: "lowest score taken", grid: true, nice: true },
    marks: [
      Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.5 }),
      Plot.ruleX([taken], MARK_LINE),
      Plot.line(points, { x: "share", y: "score", stroke: color("best"), strokeWidth: 2.5, curve: "step-before" }),
      Plot.dot([taken], { x: [taken], y: [threshold], fill: color("best"), r: 5 }),
      label(
        `taken: ${percent(taken)}`,
        { frameAnchor: "top" },
        { x: [taken], dx: late ? -6 : 6, dy: 10, textAnchor: late ? "end" : "start" },
      ),
    ],
  });
  return {
    slug: "shares",
    title,
    svg,
    caption: {
      shows:
        "The score of the last document that is taken, for every share of the corpus's tokens, the documents with the " +
        "highest scores first. The dashed line and the dot are what was taken; the thin line is at a score of 0.",
      theory:
        "Where the line crosses 0, the next document would do harm to first order. A line that is steep at what was taken " +
        "separates; where it is flat, the documents on both sides of the threshold are much alike.",
      found,
    },
  };
}

/** The share of the tokens with at least each score, from the highest down. */
function cumulative({ from, to, tokens }: SelectionReportData["histogram"]) {
  const all = tokens.reduce((sum, count) => sum + count, 0);
  const width = (to - from) / tokens.length;
  let above = 0;
  const points = tokens
    .map((count, i) => ({ count, score: from + i * width }))
    .toReversed()
    .map(({ count, score }) => {
      above += count;
      return { share: above / all, score };
    });
  return [{ share: 0, score: to }, ...points];
}
