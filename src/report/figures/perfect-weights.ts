import * as Plot from "@observablehq/plot";
import { LOW_WEIGHT } from "../../measures/low-weights.js";
import { PERFECTLY_LEARNED } from "../../measures/measure-learning.js";
import { perceptronModel } from "../../models/perceptron.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { percent } from "../format.js";
import { color } from "../palette.js";
import { draw, MARK_LINE } from "../plot.js";
import type { EvaluatedPolicy, ReportData } from "../report-data.js";
import { policyLines } from "./policy-lines.js";

const about = { slug: "perfectly-learned", title: "The weights of perfectly learned examples" };

/** Of the weights of perfectly learned examples, at least this share is low, as published. */
const PUBLISHED = 0.9;

/** The distribution of the weights of perfectly learned examples, policy by policy (Gu et al. 2024, figure 9). */
export function perfectWeightsFigure({ config, policies, best }: ReportData): Figure | AbsentFigure {
  if (config.model.kind !== perceptronModel.name)
    return { ...about, absent: "the theory makes this claim about perceptrons only." };
  const drawn = policies.filter(({ summary }) => summary.perfectWeights.length > 0);
  if (drawn.length === 0)
    return { ...about, absent: `no example is ever perfectly learned (loss below ${PERFECTLY_LEARNED}).` };
  const found =
    `Under the best policy (epoch ${best.epoch}) ${percent(best.perfectShare)} of all examples and steps are perfectly ` +
    `learned, and ${percent(best.perfectLowShare)} of these weights are below ${LOW_WEIGHT} of the uniform one.`;
  const end = widest(drawn);
  const svg = draw(about.title, found, {
    x: { label: "weight, relative to uniform", domain: [0, end] },
    y: { label: "cumulative share", domain: [0, 1], grid: true, tickFormat: (y) => percent(y, 0) },
    marks: [
      Plot.ruleX([LOW_WEIGHT], MARK_LINE),
      ...policyLines(drawn, ({ summary }) => summary.perfectWeights.filter(({ weight }) => weight <= end), {
        x: "weight",
        y: "share",
      }),
      Plot.dot([0], { x: [LOW_WEIGHT], y: [PUBLISHED], r: 5, stroke: color("perturbed"), strokeWidth: 2 }),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        `The cumulative distribution of the weights that examples have while their loss is below ${PERFECTLY_LEARNED}, one line for ` +
        "each policy under which there are such examples.",
      theory:
        "In optimal learning they have no weight. Published: under a near-optimal policy more than 90% of them have less " +
        `than ${LOW_WEIGHT} of the uniform weight (the ring).`,
      found,
    },
  };
}

/** Where all lines have reached 95%, and a little more; at least 1.2. */
function widest(policies: readonly EvaluatedPolicy[]): number {
  const reached = policies.flatMap(
    ({ summary }) => summary.perfectWeights.find(({ share }) => share > 0.95)?.weight ?? [],
  );
  return Math.max(1.2, 1.1 * Math.max(...reached));
}
