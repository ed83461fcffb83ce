import type { CurveChoice, LossCurve } from "../../curves/readers/loss-curve.js";
import { logMovingAverage, logSpaced } from "../../curves/smoothing.js";
import type { OptionDescriptions, OptionValues } from "../command.js";
import { wholeNumber } from "../options.js";

/** Which columns of a log hold what. */
export const columns = {
  step: { value: "<column>", about: "that holds the steps (default: by its usual names)" },
  loss: { value: "<column>", about: "that holds the loss, such as eval_loss (default: likewise)" },
  lr: { value: "<column>", about: "that holds the learning rate (default: likewise)" },
  tokens: { value: "<column>", about: "that holds the tokens learned from (default: likewise)" },
  sort: { about: "put steps in order; of a step that comes again the last record counts" },
} as const satisfies OptionDescriptions;

/** What is made of a curve before it is fitted. */
export const preparation = {
  smooth: { about: "logarithmic moving average: the mean from step t/1.2 to t" },
  subsample: { about: "only 10, 11, ... 100, 110, ... 1000, 1100, ... and the last step" },
} as const satisfies OptionDescriptions;

/** Steps at the beginning that are left out. */
export const transient = (steps: number) => ({
  value: "<n>" as const,
  about: "leave out the steps up to this one",
  parse: wholeNumber(0),
  default: steps,
});

/** Where figures go. */
export const out = {
  value: "<dir>",
  about: "write a page and every figure (SVG, PDF, PNG, caption) into this folder",
} as const;

/** The columns that were chosen. */
export function chosen({ step, loss, lr, tokens, sort }: OptionValues<typeof columns>): CurveChoice {
  return { step, loss, lr, tokens, sort: sort === true };
}

/** A curve smoothed, spaced and without its first steps, in this order, as published. */
export function prepared(
  { points }: LossCurve,
  { smooth, subsample, transient }: OptionValues<typeof preparation> & { readonly transient: number },
) {
  const smoothed = smooth ? logMovingAverage(points) : points;
  const spaced = subsample ? logSpaced(smoothed) : smoothed;
  return spaced.filter(({ step }) => step > transient);
}

/** A table for a terminal, its columns aligned; numbers to the right. */
export function tableLines(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((name, j) => Math.max(name.length, ...rows.map((row) => row[j].length)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, j) => (j === 0 ? cell.padEnd(widths[j]) : cell.padStart(widths[j])))
      .join("  ")
      .trimEnd(),
  );
}

/** Where the figures are, if they were written. */
export function writtenLine(written: readonly string[]): string[] {
  return written.length === 0 ? [] : ["", `The page is ${written[0]}; its figures lie beside it.`];
}
