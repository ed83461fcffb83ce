import * as Plot from "@observablehq/plot";
import { LOW_WEIGHT } from "../../measures/low-weights.js";
import type { EvaluatedDynamics } from "../../runs/evaluation/evaluation.js";
import type { Figure } from "../figure.js";
import { count, percent } from "../format.js";
import { color } from "../palette.js";
import { draw, legend } from "../plot.js";
import type { ReportData } from "../report-data.js";

const title = "The weights of some examples over time";

const TICKS = [0, 0.2, ...Array.from({ length: 20 }, (_, i) => 2 ** i)];

/** The weights of sampled examples under the best policy (Gu et al. 2024, figure 10). */
export function weightsOverTimeFigure({ best, bestDynamics, config }: ReportData): Figure {
  const T = config.learning.steps;
  const noisy = bestDynamics.some(({ perturbed }) => perturbed);
  const low = best.positiveLowShare;
  const found =
    `Under the best policy (epoch ${best.epoch}) ${percent(low)} of the weights of positively contributing examples are ` +
    `below ${LOW_WEIGHT} of the uniform weight. The ${count(bestDynamics.length, "example")} drawn are spread evenly from the ` +
    "least to the most weighted.";
  const largest = Math.max(1.1, ...bestDynamics.flatMap(({ weights }) => weights));
  const svg = draw(title, found, {
    x: { label: "step", domain: [0, T] },
    y: {
      label: "weight (uniform = 1)",
      type: "sqrt",
      grid: true,
      nice: true,
      zero: true,
      ticks: TICKS.filter((tick) => tick < largest),
      tickFormat: String,
    },
    marks: [
      ...(noisy
        ? legend([
            { name: "not perturbed", color: color("best") },
            { name: "perturbed", color: color("perturbed") },
          ])
        : []),
      Plot.ruleY([1], { stroke: "currentColor", strokeOpacity: 0.4 }),
      ...bestDynamics.flatMap(exampleLines),
    ],
  });
  return {
    slug: "weights-over-time",
    title,
    svg,
    caption: {
      shows:
        "The weight of each sampled example at each step; 1 is the weight in conventional learning; heights are square roots. Strong lines where " +
        "the example contributes positively, faint ones where it does not.",
      theory:
        "Examples that do harm have no weight, and of those that help many are dropped before the model has converged, " +
        "because others suffice (they are redundant).",
      found,
    },
  };
}

function exampleLines({ steps, weights, contributions, perturbed }: EvaluatedDynamics): Plot.Line[] {
  const stroke = color(perturbed ? "perturbed" : "best");
  const positive = weights.map((weight, i) => (contributions[i] > 0 ? weight : Number.NaN));
  return [
    Plot.line(weights, { x: steps, y: Plot.identity, stroke, strokeWidth: 1, strokeOpacity: 0.3 }),
    Plot.line(positive, { x: steps, y: Plot.identity, stroke, strokeWidth: 1.5, strokeOpacity: 0.9 }),
  ];
}
