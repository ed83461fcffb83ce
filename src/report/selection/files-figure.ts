import { basename } from "node:path";
import * as Plot from "@observablehq/plot";
import type { Tally } from "../../runs/selection/selection-record.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { percent } from "../format.js";
import { color } from "../palette.js";
import { draw, label, MARK_LINE } from "../plot.js";
import { type SelectionReportData, totals } from "./selection-data.js";

/** So many bars are drawn, those with the most tokens. */
const SHOWN = 12;
const LONGEST_NAME = 20;

/** Of each source file the share of its tokens that was taken. */
export function filesFigure(data: SelectionReportData): Figure | AbsentFigure {
  const about = { slug: "files", title: "The share taken of each source file" };
  const files = data.files.map((file) => ({ ...file, name: basename(file.name) }));
  if (files.length < 2) return { ...about, absent: "the corpus is one file." };
  return sharesFigure(data, about, files, "file");
}

/** The same of each kind, by every column of the corpus that was passed on and has few values. */
export function kindFigures(data: SelectionReportData): (Figure | AbsentFigure)[] {
  return data.kinds.map(({ column, values }, i) => {
    const about = { slug: `kinds-${i + 1}`, title: `The share taken of each ${column}` };
    if (values.length < 2) return { ...about, absent: `all documents have the same ${column}.` };
    return sharesFigure(data, about, values, column);
  });
}

function sharesFigure(
  data: SelectionReportData,
  about: { readonly slug: string; readonly title: string },
  groups: readonly Tally[],
  what: string,
): Figure {
  const drawn = groups.toSorted((a, b) => b.tokens - a.tokens).slice(0, SHOWN);
  const bars = drawn
    .map((file, i) => ({
      place: String(i),
      name: nameOf(file.name),
      share: file.selectedTokens / Math.max(1, file.tokens),
    }))
    .toSorted((a, b) => b.share - a.share);
  const { selectedTokens, tokens } = totals(data);
  const whole = selectedTokens / tokens;
  const [most, least] = [bars[0], bars[bars.length - 1]];
  const found =
    `Of the whole corpus ${percent(whole)} of the tokens were taken; of ${most.name} ${percent(most.share)}, of ` +
    `${least.name} ${percent(least.share)}.`;
  const names = new Map(bars.map(({ place, name }) => [place, name]));
  const svg = draw(about.title, found, {
    height: 96 + 26 * bars.length,
    marginLeft: 160,
    marginRight: 52,
    x: {
      label: "share of its tokens that was taken",
      domain: [0, 1],
      grid: true,
      tickFormat: (part) => percent(part, 0),
    },
    y: {
      type: "band",
      label: null,
      domain: bars.map(({ place }) => place),
      tickFormat: (place: string) => names.get(place)!,
      tickSize: 0,
    },
    marks: [
      Plot.barX(bars, { x: "share", y: "place", fill: color("best"), insetTop: 2, insetBottom: 2 }),
      Plot.text(bars, { x: "share", y: "place", text: ({ share }) => percent(share), dx: 6, textAnchor: "start" }),
      Plot.ruleX([whole], MARK_LINE),
      label(
        "whole corpus",
        { frameAnchor: "top" },
        { x: [whole], dx: 6, dy: -14, textAnchor: whole > 0.6 ? "end" : "start" },
      ),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        `Of each ${what} in the corpus the share of its tokens that is in documents that were taken; the dashed line is the ` +
        `share of the whole corpus.${groups.length > SHOWN ? ` Of ${groups.length} those ${SHOWN} with the most tokens are drawn.` : ""}`,
      theory: `A ${what} that helps the desired text more than the others is taken to a larger share than the corpus.`,
      found,
    },
  };
}

/** Of a long name the end, which tells files apart. */
function nameOf(name: string): string {
  return name.length > LONGEST_NAME ? `…${name.slice(1 - LONGEST_NAME)}` : name;
}
