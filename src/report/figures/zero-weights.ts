import * as Plot from "@observablehq/plot";
import type { AbsentFigure, Figure } from "../figure.js";
import { percent } from "../format.js";
import { ramp } from "../palette.js";
import { draw, MARK_LINE } from "../plot.js";
import type { ReportData } from "../report-data.js";
import { endLabels } from "./policy-lines.js";

const about = { slug: "zero-weights", title: "Zero weights where the contribution is not positive" };

/** The share of zero weights among non-positive contributions, over the policies (Gu et al. 2024, figure 8). */
export function zeroWeightsFigure({ policies, best }: ReportData): Figure | AbsentFigure {
  const points = policies.flatMap(
    ({ rank, summary: { epoch, logCompressionRatio: ratio, nonPositiveZeroShare: share } }) =>
      share === null ? [] : [{ ratio, share, rank, epoch }],
  );
  if (points.length === 0)
    return { ...about, absent: "under all evaluated policies every example contributes positively at every step." };
  const found =
    `Under the best policy (epoch ${best.epoch}) ${percent(best.nonPositiveShare)} of all contributions are not positive, ` +
    `and ${percent(best.nonPositiveZeroShare)} of these have zero weight. Of all weights ${percent(best.zeroShare)} are zero.`;
  const svg = draw(about.title, found, {
    marginRight: 32,
    insetBottom: 28,
    insetLeft: 10,
    x: { label: "log CR", nice: true },
    y: { label: "zero weights among contributions ≤ 0", domain: [0, 1], grid: true, tickFormat: (y) => percent(y, 0) },
    marks: [
      Plot.ruleY([1], MARK_LINE),
      Plot.line(points, { x: "ratio", y: "share", sort: "ratio", stroke: "currentColor", strokeOpacity: 0.35 }),
      ...points.map((point) => Plot.dot([point], { x: "ratio", y: "share", r: 5.5, fill: ramp(point.rank) })),
      ...endLabels(points.map(({ share, ...point }) => ({ ...point, height: share }))),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "Of all steps and examples whose contribution to the desired loss is not positive, the share that has zero " +
        "weight, for each evaluated policy. Colours go from the lowest to the highest compression ratio (CR).",
      theory: "It tends to 100% (the dashed line) as the policy nears the optimum: what does harm is left out.",
      found,
    },
  };
}
