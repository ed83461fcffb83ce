import { expect } from "vitest";
import { drawFigures } from "../report/figures/all.js";
import type { ReportData } from "../report/report-data.js";
import { type Mark, type Place, type ReadFigure, readFigure, type Scale } from "./read-figure.js";
import { reportData } from "./report-data.js";

/** The figure of this name, as its reader sees it. */
export function read(slug: string, data: ReportData = reportData(), scales: { x?: Scale; y?: Scale } = {}): ReadFigure {
  const figure = drawFigures(data).find((drawn) => drawn.slug === slug)!;
  if ("absent" in figure) throw new Error(`${slug}: ${figure.absent}`);
  return readFigure(figure.svg, scales);
}

/** The marks of a kind, dashed ones or others. */
export const marksOf = ({ marks }: ReadFigure, kind: Mark["kind"], dashed = false) =>
  marks.filter((mark) => mark.kind === kind && mark.dashed === dashed);

/** That places are these, as far as pixels tell: positions are rounded to a thousandth of one. */
export function expectPlaces(found: readonly Place[], expected: readonly Place[]): void {
  expect(found.map(() => "a place")).toEqual(expected.map(() => "a place"));
  for (const side of [0, 1] as const) {
    const size = Math.max(...expected.map((place) => Math.abs(place[side])), 1e-9);
    for (const [i, place] of found.entries())
      expect(Math.abs(place[side] - expected[i][side]), `place ${i}: ${place} for ${expected[i]}`).toBeLessThan(
        1e-4 * size,
      );
  }
}
