import * as Plot from "@observablehq/plot";
import { mean } from "simple-statistics";
import { LOW_WEIGHT } from "../../measures/low-weights.js";
import type { EvaluatedDynamics } from "../../runs/evaluation/evaluation.js";
import type { Figure } from "../figure.js";
import { count, percent } from "../format.js";
import { color, ramp } from "../palette.js";
import { draw, legend } from "../plot.js";
import type { ReportData } from "../report-data.js";

const title = "The weights of some examples over time";

/** So many lines are drawn where no colour tells the examples apart. */
const SHOWN = 8;

const TICKS = [0, 0.2, ...Array.from({ length: 20 }, (_, i) => 2 ** i)];

/** The weights of sampled examples under the best policy (Gu et al. 2024, figure 10). */
export function weightsOverTimeFigure({ best, bestDynamics, config }: ReportData): Figure {
  const T = config.learning.steps;
  const noisy = bestDynamics.some(({ perturbed }) => perturbed);
  const drawn = noisy ? bestDynamics : spread(bestDynamics);
  const stroke = ({ perturbed }: EvaluatedDynamics, i: number) =>
    noisy ? color(perturbed ? "perturbed" : "best") : ramp(i / Math.max(1, drawn.length - 1));
  const low = best.positiveLowShare;
  const found =
    `Under the best policy (epoch ${best.epoch}) ${percent(low)} of the weights of positively contributing examples are ` +
    `below ${LOW_WEIGHT} of the uniform weight. The ${count(drawn.length, "example")} drawn are spread evenly from the ` +
    "least to the most weighted.";
  const largest = Math.max(1.1, ...drawn.flatMap(({ weights }) => weights));
  const svg = draw(title, found, {
    x: { label: "step", domain: [0, T] },
    y: {
      label: "weight, square-root axis",
      type: "sqrt",
      grid: true,
      nice: true,
      zero: true,
      ticks: TICKS.filter((tick) => tick < largest),
      tickFormat: String,
    },
    marks: [
      ...legend(
        noisy
          ? [
              { name: "not perturbed", color: color("best") },
              { name: "perturbed", color: color("perturbed") },
            ]
          : [
              { name: "least", color: ramp(0) },
              { name: "most", color: ramp(1) },
            ],
      ),
      Plot.ruleY([1], { stroke: "currentColor", strokeOpacity: 0.4 }),
      ...drawn.flatMap((example, i) => exampleLines(example, stroke(example, i))),
    ],
  });
  return {
    slug: "weights-over-time",
    title,
    svg,
    caption: {
      shows:
        "The weight of each sampled example at each step; 1 is the weight in conventional learning; heights are square roots. Strong lines where " +
        `the example contributes positively, faint ones where it does not.${noisy ? "" : " Colours from the least to the most weighted example."}`,
      theory:
        "Examples that do harm have no weight, and of those that help many are dropped before the model has converged, " +
        "because others suffice (they are redundant).",
      found,
    },
  };
}

/** Of examples that are all of one kind, few lines can be told apart: some, evenly from the least to the most weighted. */
function spread(examples: readonly EvaluatedDynamics[]): EvaluatedDynamics[] {
  const sorted = examples.toSorted((a, b) => mean(a.weights) - mean(b.weights) || a.id - b.id);
  const shown = Math.min(SHOWN, sorted.length);
  return Array.from(
    { length: shown },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / Math.max(1, shown - 1))],
  );
}

function exampleLines({ steps, weights, contributions }: EvaluatedDynamics, stroke: string): Plot.Line[] {
  const positive = weights.map((weight, i) => (contributions[i] > 0 ? weight : Number.NaN));
  return [
    Plot.line(weights, { x: steps, y: Plot.identity, stroke, strokeWidth: 1, strokeOpacity: 0.3 }),
    Plot.line(positive, { x: steps, y: Plot.identity, stroke, strokeWidth: 1.5, strokeOpacity: 0.9 }),
  ];
}
