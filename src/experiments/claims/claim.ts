import { z } from "zod";
import type { Runs } from "../plans/plan.js";
import type { Expectation, Tolerance } from "./expectation.js";

/**
 * What one run (one seed, or one pair of runs) says of a claim: a number, or a series such as before and after; null
 * where the run has no such figure.
 */
export type Figure = Readonly<z.infer<typeof Figure>>;
export const Figure = z.union([z.number(), z.array(z.number()).min(1), z.null()]);

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
