import { baselineCrossing } from "../../measures/acceleration.js";
import { type OverSeeds, seedsThatHave } from "../../measures/over-seeds.js";
import { number } from "../format.js";

/** `1.42 (95% interval 1.31 to 1.55)`; where a seed has none, how many have. */
export function reachText({ values, median, interval }: OverSeeds, show = (value: number) => number(value, 4)): string {
  if (median !== null && interval !== null)
    return `${show(median)} (95% interval ${show(interval[0])} to ${show(interval[1])})`;
  return `there for ${seedsThatHave({ values })} of ${values.length} seeds`;
}

/** Of how many searches the baseline makes no measure, which none of its policies can be sooner than; nothing where of none. */
export function risingText(runs: readonly { readonly conventionalCurve: Float64Array }[]): string {
  const rising = runs.filter(({ conventionalCurve }) => baselineCrossing(conventionalCurve) === undefined).length;
  return rising === 0 ? "" : ` In ${rising} the test loss of conventional learning does not fall to its end.`;
}

/** The same as short as a table needs it: `1.42 [1.31, 1.55]`. */
export function reachCell({ median, interval }: OverSeeds): string {
  if (median === null || interval === null) return number(null);
  return `${number(median, 4)} [${interval.map((end) => number(end, 4)).join(", ")}]`;
}

/** What the intervals of a report are of. */
export const INTERVALS =
  "Each number is the median over the seeds; in brackets is Student's t interval over the seeds: in 95% of all cases such " +
  "an interval holds the mean that all seeds would have, of accelerations, compression ratios and other ratios the geometric " +
  "mean. They say nothing of other data or other settings. Differences and ratios are of pairs with the same seed.";
