import * as Plot from "@observablehq/plot";
import { color } from "../../report/palette.js";
import { draw, legend, MARK_LINE } from "../../report/plot.js";
import { isMissing, type Unit } from "../claims/claim.js";
import { acceptedInterval } from "../claims/verdict.js";
import type { ClaimResult } from "./results.js";
import { expectedText, measuredText } from "./wording.js";

/** Pixels for every run. */
const ROW = 22;

/**
 * What was measured of a claim beside what was published, as SVG: a dot for every run, led to from where a series began;
 * the published value, and a band where the median must lie. Undefined where a run has no figure.
 */
export function claimFigure(result: ClaimResult, unit: Unit): string | undefined {
  const { says, figures, published, tolerance, median } = result;
  const end = [median].flat().at(-1);
  if (typeof end !== "number") return undefined;
  const runs = figures.map((figure, run) => ({ run: run + 1, series: [figure].flat() as number[] }));
  const value = "value" in published ? [published.value] : [];
  const from = "from" in published && published.from !== undefined ? [published.from] : [];
  const accepted = acceptedInterval(figures, published, tolerance) ?? [];
  const domain = widened([
    ...figures.flatMap((figure) => (isMissing(figure) ? [] : figure)),
    ...value,
    ...from,
    ...accepted,
  ]);
  const band = accepted.map((end) => Math.min(domain[1], Math.max(domain[0], end)));
  const moves = runs.flatMap(({ run, series }) => series.slice(1).map((to, i) => ({ run, from: series[i], to })));
  const alternative = `${measuredText(result, unit)}; published: ${expectedText(published, tolerance, unit)}.`;
  return draw(says, alternative, {
    height: 64 + ROW * runs.length,
    marginLeft: 20,
    marginBottom: 28,
    x: { label: null, domain, ticks: 5, tickFormat: unit === "share" ? percentTick : undefined },
    y: { axis: null, domain: [0.5, runs.length + 0.5], reverse: true },
    marks: [
      ...legend([
        { name: "measured", color: color("best") },
        ...(value.length > 0 ? [{ name: "published", color: color("perturbed") }] : []),
      ]),
      Plot.rect(band.slice(1), { x1: [band[0]], x2: [band[1]], fill: color("perturbed"), fillOpacity: 0.15 }),
      Plot.ruleX(value, { stroke: color("perturbed"), strokeWidth: 2.5 }),
      Plot.ruleX(from, MARK_LINE),
      Plot.ruleX(runs.length > 1 ? [end] : [], { stroke: color("best"), strokeWidth: 1.25 }),
      Plot.arrow(moves, { x1: "from", x2: "to", y: "run", stroke: color("best"), insetEnd: 7, headLength: 6 }),
      Plot.dot(runs, { x: ({ series }) => series[0], y: "run", r: 4, stroke: color("conventional") }),
      Plot.dot(runs, { x: ({ series }) => series.at(-1), y: "run", r: 5.5, fill: color("best") }),
    ],
  });
}

/** A round share in the digits that it has: `0.5%`. */
function percentTick(share: number): string {
  return `${Number((100 * share).toPrecision(10))}%`.replace("-", "−");
}

/** From the smallest to the largest finite value, and a twentieth more at both ends. */
function widened(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const more = (high - low || Math.abs(high) || 1) / 20;
  return [low - more, high + more];
}
