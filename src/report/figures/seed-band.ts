import * as Plot from "@observablehq/plot";
import { overSeeds, type SeedScale } from "../../measures/over-seeds.js";

/** A quantity over several seeds at one place of an axis. */
export interface BandPoint {
  readonly x: number;
  readonly median: number;
  /** The ends of the 95% interval. */
  readonly low: number;
  readonly high: number;
}

/**
 * The median and the 95% interval (DESIGN 2.5, over seeds) of curves at every place of an axis; places at which a seed has no
 * value are left out.
 *
 * @param curves of every seed, their values at the places `xs`
 */
export function seedBand(
  xs: readonly number[],
  curves: readonly ArrayLike<number | null>[],
  scale: SeedScale,
): BandPoint[] {
  return xs.flatMap((x, i) => {
    const { median, interval } = overSeeds(
      // A search may end before another.
      curves.map((curve) => curve[i] ?? null),
      scale,
    );
    return median === null || interval === null ? [] : [{ x, median, low: interval[0], high: interval[1] }];
  });
}

/** The interval as a ribbon, and the median as a line upon it. */
export function bandMarks(points: readonly BandPoint[], stroke: string): Plot.Markish[] {
  return [
    Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: stroke, fillOpacity: 0.2 }),
    Plot.lineY(points, { x: "x", y: "median", stroke, strokeWidth: 2.5 }),
  ];
}

/** What every figure with bands says of them. */
export const BAND_WORDS =
  "Lines are medians over the seeds, ribbons 95% intervals: Student's t over the seeds, of the mean that all seeds would have.";
