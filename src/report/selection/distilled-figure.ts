import * as Plot from "@observablehq/plot";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, MARK_LINE } from "../plot.js";
import type { SelectionReportData } from "./selection-data.js";

const about = { slug: "distilled", title: "What the distilled scorer says, against the contributions" };

/** The distilled scorer's agreement with the contributions of windows that it was not fitted to (DESIGN 2.9). */
export function distilledFigure({ heldOut, summary: { distilled } }: SelectionReportData): Figure | AbsentFigure {
  if (heldOut === undefined || distilled === undefined)
    return { ...about, absent: "every document was scored by its contribution itself (no --distil)." };
  const points = heldOut.measured.map((measured, i) => ({ measured, predicted: heldOut.predicted[i] }));
  const found =
    `On ${count(distilled.heldOutWindows, "window")} that it was not fitted to, its correlation with the contributions is ` +
    `${distilled.pearson.toFixed(3)}, and that of the ranks ${distilled.spearman.toFixed(3)}. It was fitted to ` +
    `${whole(distilled.windows)} others.`;
  const all = points.flatMap(({ measured, predicted }) => [measured, predicted]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const svg = draw(about.title, found, {
    x: { label: "contribution of the window", nice: true },
    y: { label: "distilled score", grid: true, nice: true },
    marks: [
      Plot.link([0], { x1: [low], x2: [high], y1: [low], y2: [high], ...MARK_LINE }),
      Plot.dot(points, { x: "measured", y: "predicted", fill: color("best"), fillOpacity: 0.5, r: 3 }),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        `The score that the distilled scorer gives to each of ${whole(points.length)} windows of held-out documents, from its ` +
        "words alone, against the contribution that the model measures there. On the dashed line they are equal.",
      theory:
        "A linear function of words knows no context: it finds what is of another kind, and less well what is badly said. Its " +
        "scores spread less than the contributions, for it leaves out what it cannot tell.",
      found,
    },
  };
}
