import { mean, median, sampleStandardDeviation } from "simple-statistics";
import { studentT } from "./student-t.js";

/** How far a 95% confidence interval reaches: its lower and its upper end. */
export type Reach = readonly [low: number, high: number];

/**
 * How seeds are averaged: values as they are; ratios, which say how many times as much, by their logarithms, so that twice
 * and half as much lie equally far from once.
 */
export type SeedScale = "values" | "ratios";

/** A quantity over several seeds. */
export interface OverSeeds {
  /** In the order of the seeds; null where a seed has none. */
  readonly values: readonly (number | null)[];
  /** Null where a seed has none. */
  readonly median: number | null;
  /** The 95% confidence interval (`seedInterval`); null where a seed has none. */
  readonly interval: Reach | null;
}

/** How many seeds have the quantity. */
export function seedsThatHave({ values }: Pick<OverSeeds, "values">): number {
  return values.filter((value) => value !== null).length;
}

/**
 * Student's t interval at 95% from n independent values x (DESIGN 2.5):
 *
 *   mean x -+ t(n - 1) s / sqrt n,   s^2 = sum (x - mean x)^2 / (n - 1)
 *
 * It is one of the mean that all seeds would have; of ratios it is taken on logarithms, and is one of their geometric mean.
 * In 95% of all cases it holds that mean where the values, or the logarithms, are normal. It says nothing of where a single
 * seed comes out, and nothing of other data or settings. No order statistics do as well with few seeds: the smallest and the
 * largest of five hold the median in 93.75% of all cases.
 *
 * @param values at least two; of ratios all above 0
 */
export function seedInterval(values: readonly number[], scale: SeedScale): Reach {
  const [to, from] = scale === "ratios" ? [Math.log, Math.exp] : [Number, Number];
  const numbers = values.map(to);
  const middle = mean(numbers);
  const reach = (studentT(numbers.length - 1, 0.95) * sampleStandardDeviation(numbers)) / Math.sqrt(numbers.length);
  return [from(middle - reach), from(middle + reach)];
}

/** The median and the interval of a quantity over seeds. Where a seed has none, only the values: nothing is made up. */
export function overSeeds(values: readonly (number | null)[], scale: SeedScale): OverSeeds {
  const there = values.filter((value) => value !== null);
  if (there.length < values.length) return { values, median: null, interval: null };
  return { values, median: median(there), interval: seedInterval(there, scale) };
}

/** A quantity over several seeds beside the same of a baseline with the same seeds. */
export interface PairedOverSeeds {
  readonly of: OverSeeds;
  readonly baseline: OverSeeds;
  /** Of every seed, the one minus the other: what both owe to the seed is taken off. */
  readonly difference: OverSeeds;
  /** Of every seed, the one divided by the other. */
  readonly ratio: OverSeeds;
}

/** Compares a quantity with that of a baseline, pair by pair of the same seed. Both are above 0. */
export function pairedOverSeeds(
  values: readonly number[],
  baseline: readonly number[],
  scale: SeedScale,
): PairedOverSeeds {
  const pairs = values.map((value, i) => [value, baseline[i]] as const);
  return {
    of: overSeeds(values, scale),
    baseline: overSeeds(baseline, scale),
    difference: overSeeds(
      pairs.map(([value, base]) => value - base),
      "values",
    ),
    ratio: overSeeds(
      pairs.map(([value, base]) => value / base),
      "ratios",
    ),
  };
}
