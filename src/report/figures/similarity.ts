import * as Plot from "@observablehq/plot";
import { LEAST_POLICIES_OF_A_TREND, type SimilarityAsymptote } from "../../measures/similarity-asymptote.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number } from "../format.js";
import { color, ramp } from "../palette.js";
import { draw, label, MARK_LINE } from "../plot.js";
import type { ReportData } from "../report-data.js";
import { endLabels } from "./policy-lines.js";

const about = { slug: "similarity", title: "The learning law: how equal contributions are, policy by policy" };

interface Point {
  readonly ratio: number;
  readonly similarity: number;
  readonly rank: number;
  readonly epoch: number;
}

/** SIM against log CR over the evaluated policies, with the asymptote (Gu et al. 2024, figure 7). */
export function similarityFigure({ policies, evaluation }: ReportData): Figure | AbsentFigure {
  const points = policies.flatMap(({ rank, summary: { epoch, logCompressionRatio, similarity } }) =>
    similarity === null ? [] : [{ ratio: logCompressionRatio, similarity, rank, epoch }],
  );
  if (points.length === 0) return { ...about, absent: "SIM is defined under none of the evaluated policies." };
  const { similarityCorrelation: correlation, similarityAsymptote: asymptote } = evaluation;
  const few = points.length < LEAST_POLICIES_OF_A_TREND;
  const fit = few || asymptote === null ? undefined : fittedCurve(points, asymptote);
  const found = few ? tooFew(points.length) : finding(points.length, correlation, asymptote, fit);
  const svg = draw(about.title, found, {
    marginRight: 32,
    insetBottom: 28,
    insetLeft: 10,
    x: { label: "log CR", nice: true },
    y: { label: "SIM, mean over the steps", grid: true, nice: true },
    marks: [
      ...(fit === undefined ? [] : fitMarks(fit)),
      ...points.map((point) => Plot.dot([point], { x: "ratio", y: "similarity", r: 5.5, fill: ramp(point.rank) })),
      ...endLabels(points.map(({ similarity, ...point }) => ({ ...point, height: similarity }))),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "SIM of each evaluated policy, averaged over the steps, against the logarithm of its compression ratio. Colours go " +
        "from the lowest to the highest ratio, as in the figure of SIM over the loss.",
      theory:
        "In optimal learning all examples with weight contribute the same: SIM grows without bound as log CR nears that " +
        "of the optimum, SIM = scale / (limit − log CR). So SIM should rise with log CR: a rank correlation near 1.",
      found,
    },
  };
}

function tooFew(policies: number): string {
  return `These are ${count(policies, "policy", "policies")} (n = ${policies}): from fewer than ${LEAST_POLICIES_OF_A_TREND} no rank correlation and no curve is given. A search of more epochs has more.`;
}

function finding(
  policies: number,
  correlation: number | null,
  asymptote: SimilarityAsymptote | null,
  fit?: Fit,
): string {
  if (correlation === null)
    return `With ${count(policies, "policy", "policies")} there is no rank correlation: SIM or log CR is the same for all.`;
  const rank = `Spearman's correlation of SIM with log CR is ${correlation.toFixed(3)} (n = ${policies} policies).`;
  if (asymptote === null) return `${rank} SIM does not bend upward enough for a limit.`;
  return `${rank} The fitted SIM grows without bound at log CR ${number(asymptote.limit)}, with scale ${number(asymptote.scale)}${fit?.limit === undefined ? "; that is far from what was measured" : ""}.`;
}

interface Fit {
  readonly curve: readonly { readonly ratio: number; readonly similarity: number }[];
  /** Where it grows without bound; undefined where that is far outside the figure. */
  readonly limit: number | undefined;
}

/** The fitted curve over the range of the points, and up to its limit if that is near, no higher than the figure. */
function fittedCurve(points: readonly Point[], { limit, scale }: SimilarityAsymptote): Fit {
  const ratios = points.map(({ ratio }) => ratio);
  const [from, to] = [Math.min(...ratios), Math.max(...ratios)];
  const near = limit > from && limit < to + (to - from);
  const highest = 1.5 * Math.max(...points.map(({ similarity }) => similarity));
  const end = near ? limit : to;
  const curve = Array.from({ length: 200 }, (_, i) => from + ((end - from) * i) / 200)
    .map((ratio) => ({ ratio, similarity: scale / (limit - ratio) }))
    .filter(({ similarity }) => similarity > 0 && similarity <= highest);
  return { curve, limit: near ? limit : undefined };
}

function fitMarks({ curve, limit }: Fit): Plot.Markish[] {
  const line = Plot.line(curve, { x: "ratio", y: "similarity", stroke: color("quiet"), strokeWidth: 2 });
  if (limit === undefined) return [line];
  const name = label(
    `limit ${number(limit)}`,
    { frameAnchor: "bottom" },
    { x: [limit], dx: -8, dy: -10, textAnchor: "end" },
  );
  return [line, Plot.ruleX([limit], MARK_LINE), name];
}
