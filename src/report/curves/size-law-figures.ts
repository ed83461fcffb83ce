import * as Plot from "@observablehq/plot";
import type { SizeLawFit } from "../../curves/size-laws/fit-size-law.js";
import type { SizedRun } from "../../curves/size-laws/size-law.js";
import type { Figure } from "../figure.js";
import { number, percent } from "../format.js";
import { color } from "../palette.js";
import { draw, legend } from "../plot.js";

/** Frontiers go on this factor of compute beyond the runs. */
const BEYOND = 10;

/** Of each law: what it gives beside what was measured, and its frontier of compute. */
export function sizeLawFigures(runs: readonly SizedRun[], fits: readonly SizeLawFit[]): Figure[] {
  return [...fits.map((fit) => agreementFigure(runs, fit)), frontierFigure(runs, fits)];
}

function agreementFigure(runs: readonly SizedRun[], fit: SizeLawFit): Figure {
  const title = `Losses by the law ${fit.law.name} beside measured ones`;
  const points = runs.map((run) => ({ measured: run.loss, predicted: fit.lossAt(run.params, run.tokens) }));
  const all = points.flatMap(({ measured, predicted }) => [measured, predicted]);
  const ends = [Math.min(...all), Math.max(...all)];
  const found = `The typical error is ${percent(fit.rsle)} of the loss, over ${runs.length} runs.`;
  return {
    slug: `law-${fit.law.name}`,
    title,
    svg: draw(title, found, {
      inset: 8,
      x: { label: "measured, nats" },
      y: { label: "by the law, nats", grid: true },
      marks: [
        Plot.line(ends, { x: Plot.identity, y: Plot.identity, stroke: "currentColor", strokeOpacity: 0.5 }),
        Plot.dot(points, { x: "measured", y: "predicted", r: 3.5, fill: color("best"), fillOpacity: 0.7 }),
      ],
    }),
    caption: {
      shows: "Every run; on the line the law is right.",
      theory: `${fit.law.about} (${fit.law.source}).`,
      found,
    },
  };
}

function frontierFigure(runs: readonly SizedRun[], fits: readonly SizeLawFit[]): Figure {
  const title = "The best size for a budget of compute";
  const measured = runs.map(({ params, tokens }) => ({ compute: 6 * params * tokens, params }));
  const computes = measured.map(({ compute }) => compute);
  const [least, most] = [Math.min(...computes), BEYOND * Math.max(...computes)];
  const colors = [color("best"), color("perturbed")];
  const found = fits
    .map(({ law, sizePower, sizePowerInterval: interval }) => {
      const sure = interval === undefined ? "" : ` (95%: ${number(interval[0])} to ${number(interval[1])})`;
      return `By ${law.name} the best size grows as C^${number(sizePower)}${sure}.`;
    })
    .join(" ");
  const lines = fits.map((fit) => [least, most].map((compute) => ({ compute, params: fit.optimum(compute).params })));
  const sizes = [...measured, ...lines.flat()].map(({ params }) => params);
  const power = (value: number) => value.toExponential(0).replace("e+", "e");
  return {
    slug: "frontier",
    title,
    svg: draw(title, found, {
      marginLeft: 64,
      x: { type: "log" },
      y: { type: "log" },
      marks: [
        Plot.gridY(powersOfTen(sizes)),
        Plot.axisY(powersOfTen(sizes), { label: "parameters N", text: power }),
        Plot.axisX(powersOfTen([least, most]), { label: "compute C = 6ND", text: power }),
        Plot.dot(measured, { x: "compute", y: "params", r: 3, fill: color("conventional") }),
        ...lines.map((line, i) => Plot.line(line, { x: "compute", y: "params", stroke: colors[i], strokeWidth: 2 })),
        ...legend(fits.map(({ law }, i) => ({ name: law.name, color: colors[i] }))),
      ],
    }),
    caption: {
      shows:
        "Runs (dots) by their compute and size; lines are the sizes of the least loss, up to ten times the compute of the runs.",
      theory:
        "Parameters and tokens should grow about alike with compute: N ~ C^0.5 (Hoffmann et al. 2022); by Kaplan et al. 2020 N ~ C^0.73.",
      found,
    },
  };
}

/** The powers of ten among values. */
function powersOfTen(values: readonly number[]): number[] {
  const [first, last] = [Math.ceil(Math.log10(Math.min(...values))), Math.floor(Math.log10(Math.max(...values)))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}
