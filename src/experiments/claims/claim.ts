import { z } from "zod";
import type { Runs } from "../plans/plan.js";
import type { Expectation, Tolerance } from "./expectation.js";

/** That a run has no figure, and why, as a clause. */
export type Missing = Readonly<z.infer<typeof Missing>>;
const Missing = z.strictObject({ missing: z.string() });

/** A number, or a series such as before and after. */
export type Measure = Readonly<z.infer<typeof Measure>>;
export const Measure = z.union([z.number(), z.array(z.number()).min(1)]);

/** What one run (one seed, or one pair of runs) says of a claim, or why it says nothing. */
export type Figure = Measure | Missing;
/** What it is checked by. */
export const Figure = z.union([Measure, Missing]);

/** That there is no figure, for this reason, which is a clause. */
export const missing = (why: string): Missing => ({ missing: why });

/** Whether there is no figure. */
export function isMissing(figure: Figure): figure is Missing {
  return typeof figure === "object" && "missing" in figure;
}

/** A figure of finite numbers as it is; what is not finite is none. */
export function finiteOrMissing(figure: Figure): Figure {
  if (isMissing(figure) || [figure].flat().every(Number.isFinite)) return figure;
  return missing("it is no finite number");
}

/** A figure where there is one, and else why there is none. */
export function orMissing(figure: number | null, why: string): Figure {
  return figure ?? missing(why);
}

/** Figures that are one series; where one of them is missing, the series is. */
export function seriesOf(figures: readonly (number | Missing)[]): Figure {
  const absent = figures.find((figure) => typeof figure !== "number");
  return absent ?? figures.filter((figure) => typeof figure === "number");
}

/** What figures are: how they are written, never how they are judged. */
export const units = ["number", "times", "share"] as const;
export type Unit = (typeof units)[number];

/** A published claim and what it takes to reproduce it. All but the figures is fixed before anything is run. */
export interface Claim {
  /** Tells it from the experiment's other claims, in results.json and for good: `zero-weights`. */
  readonly name: string;
  /** What is claimed, in one sentence. */
  readonly says: string;
  /** Where: `figure 8`. */
  readonly source: string;
  readonly unit: Unit;
  readonly published: Expectation;
  readonly tolerance: Tolerance;
  /** A figure of every run that the claim is about, in the order of their seeds. */
  readonly measured: (runs: Runs) => readonly Figure[];
}
