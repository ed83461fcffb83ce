import { type OverSeeds, type PairedOverSeeds, seedsThatHave } from "../measures/over-seeds.js";
import { isSeedsFolder, readSeeds } from "../runs/seeds/seeds-folder.js";
import type { OptionDescription } from "./command.js";
import { wholeNumber } from "./options.js";

/** How many seeds a command runs. */
export const seeds = {
  value: "<n>",
  about: "run this many seeds, the configuration's and those after it, and give medians with 95% intervals",
  parse: wholeNumber(2),
} as const satisfies OptionDescription;

/** Which of several seeds is being run. */
export interface Place {
  readonly before: number;
  readonly count: number;
}

/** How many seeds are asked for: those that are given, or those that are continued in this folder. */
export function seedCount(given: number | undefined, resume: boolean, out: string | undefined): number | undefined {
  if (given !== undefined || !resume || out === undefined || !isSeedsFolder(out)) return given;
  return readSeeds(out).seeds.length;
}

/** How much of all seeds is done where this much of one is. */
export function part(fraction: number, place: Place | undefined): number {
  return place === undefined ? fraction : (place.before + fraction) / place.count;
}

/** What is being done, after which seed it is done of. */
export function placed(note: string, place: Place | undefined): string {
  return place === undefined ? note : `seed ${place.before + 1}/${place.count} ${note}`;
}

/** `1.42 [1.31, 1.55]`; where a seed has none, how many have. */
export function medianText({ median, interval, values }: OverSeeds, show = fourDigits): string {
  if (median === null || interval === null) {
    const there = seedsThatHave({ values });
    return `${there} of ${values.length} seeds have one: no median, no interval`;
  }
  return `${show(median)} [${interval.map(show).join(", ")}]`;
}

/** A quantity beside its baseline, in one line. */
export function pairedLine(name: string, { of, baseline, difference, ratio }: PairedOverSeeds): string {
  const parts = [
    medianText(of),
    `baseline ${medianText(baseline)}`,
    `difference ${medianText(difference)}`,
    `ratio ${medianText(ratio)}`,
  ];
  return `${name.padEnd(16)} ${parts.join("; ")}`;
}

/** What the intervals are of. */
export function intervalsLine(count: number): string {
  return (
    `Numbers are medians of ${count} seeds, and in brackets 95% intervals: Student's t over the seeds, of the mean that all ` +
    "seeds would have; of accelerations and ratios on logarithms, so of their geometric mean. Differences and ratios are of " +
    "pairs with the same seed."
  );
}

function fourDigits(value: number): string {
  return String(Number(value.toPrecision(4)));
}
