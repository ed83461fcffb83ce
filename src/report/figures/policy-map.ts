import * as Plot from "@observablehq/plot";
import { totalWeights } from "../../measures/weight-dynamics.js";
import { type Policy, policyRow } from "../../search/policy.js";
import { type Cells, cellsImage } from "../cells-image.js";
import type { Figure } from "../figure.js";
import { number, percent, whole } from "../format.js";
import { color, IMAGE_BLUE, IMAGE_ORANGE } from "../palette.js";
import { draw, label, legend, WIDTH } from "../plot.js";
import type { ReportData } from "../report-data.js";

const title = "The whole policy: every example at every step";

const COLUMNS = 240;
const ROWS = 160;
const HEIGHT = 360;
const STRIP = 14;
const MARGIN = { marginTop: 40, marginRight: 46, marginBottom: 48, marginLeft: 60 };

/** The best policy as a map: steps to the right, examples from the most weighted down. */
export function policyMapFigure({ best, bestPolicy, origins }: ReportData): Figure {
  const { steps: T, examples: N } = bestPolicy;
  const order = byTotalWeight(bestPolicy);
  const map = binned(bestPolicy, order);
  const full = strongWeight(map);
  const noisy = origins.some(({ perturbed }) => perturbed);
  const found = finding(best.epoch, order, origins, noisy, best.zeroShare);
  const width = WIDTH - MARGIN.marginLeft - MARGIN.marginRight;
  const height = HEIGHT - MARGIN.marginTop - MARGIN.marginBottom;
  const image = (cells: Cells, fill: string, dx: number, width: number) =>
    Plot.image([0], {
      frameAnchor: "left",
      dx: dx + width / 2,
      width,
      height,
      src: [cellsImage(cells, fill)],
      preserveAspectRatio: "none",
      imageRendering: "pixelated",
    });
  const svg = draw(title, found, {
    ...MARGIN,
    height: HEIGHT,
    x: { label: "step", domain: [0, T] },
    y: { label: "examples by weight", domain: [N, 0] },
    marks: [
      image({ ...map, values: map.values.map((weight) => Math.sqrt(weight / full)) }, IMAGE_ORANGE, 0, width),
      Plot.frame({ stroke: color("rule") }),
      ...weightLegend(full),
      ...(noisy
        ? [
            image(perturbedStrip(order, origins, map.rows), IMAGE_BLUE, width + 8, STRIP),
            label("perturbed", { frameAnchor: "right" }, { dx: 8 + STRIP + 14, rotate: 90, fill: color("perturbed") }),
          ]
        : []),
    ],
  });
  return {
    slug: "policy",
    title,
    svg,
    caption: {
      shows:
        "The weight of every training example (from the most weighted down) at every step; 1 is the uniform weight of conventional learning; empty " +
        `where it is zero.${noisy ? " The blue strip on the right shows which examples are perturbed." : ""} A cell is the mean of what falls into it. ` +
        "At the last steps all weights are near 1 again: a weight acts only on the losses after its step, at the last step on one " +
        "of them, so its derivative is small there and the search leaves the weight where it began. That is no law of learning.",
      theory: "The optimal policy gives its weight to examples that contribute alike, and none to those that do harm.",
      found,
    },
  };
}

function finding(
  epoch: number,
  order: readonly number[],
  origins: ReportData["origins"],
  noisy: boolean,
  zeroShare: number,
) {
  const zeros = `Under the best policy (epoch ${epoch}) ${percent(zeroShare)} of all ${whole(order.length)} examples' weights over the steps are zero.`;
  if (!noisy) return zeros;
  const half = Math.ceil(order.length / 2);
  const share = (ids: readonly number[]) =>
    percent(ids.length > 0 ? ids.filter((id) => origins[id].perturbed).length / ids.length : null);
  return `${zeros} Of the more weighted half of the examples ${share(order.slice(0, half))} are perturbed, of the less weighted half ${share(order.slice(half))}.`;
}

/** The examples from the most to the least weighted. */
function byTotalWeight(policy: Policy): number[] {
  const total = totalWeights(policy);
  return Array.from(total.keys()).sort((a, b) => total[b] - total[a] || a - b);
}

/** The mean weight, relative to uniform, of what falls into each cell. */
export function binned(policy: Policy, order: readonly number[]): Cells {
  const { steps: T, examples: N } = policy;
  const [columns, rows] = [Math.min(COLUMNS, T), Math.min(ROWS, N)];
  const sums = new Float64Array(columns * rows);
  const counts = new Float64Array(columns * rows);
  for (let t = 0; t < T; t++) {
    const column = Math.floor((t * columns) / T);
    const weights = policyRow(policy, t);
    for (let place = 0; place < N; place++) {
      const cell = Math.floor((place * rows) / N) * columns + column;
      sums[cell] += weights[order[place]] * N;
      counts[cell]++;
    }
  }
  return { columns, rows, values: sums.map((sum, i) => sum / counts[i]) };
}

/** The share of perturbed examples in every row of the map. */
function perturbedStrip(order: readonly number[], origins: ReportData["origins"], rows: number): Cells {
  const values = new Float64Array(rows);
  const counts = new Float64Array(rows);
  for (const [place, id] of order.entries()) {
    const row = Math.floor((place * rows) / order.length);
    counts[row]++;
    if (origins[id].perturbed) values[row]++;
  }
  return { columns: 1, rows, values: values.map((sum, i) => sum / counts[i]) };
}

/** The weight that is drawn in full colour: only one in a hundred cells has more. At least the uniform one. */
function strongWeight({ values }: Cells): number {
  return Math.max(1, values.toSorted()[Math.floor(0.99 * (values.length - 1))]);
}

function weightLegend(full: number): Plot.Markish[] {
  const entry = (weight: number, name: string) => ({ name, color: IMAGE_ORANGE, opacity: Math.sqrt(weight / full) });
  const strong = full > 1.5 ? [entry(full, `≥ ${number(full, 2)}`)] : [];
  return legend([entry(0, "0"), entry(1, "1"), ...strong]);
}
