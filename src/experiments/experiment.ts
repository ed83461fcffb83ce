import { InputError } from "../base/errors.js";
import type { Claim } from "./claims/claim.js";
import type { Plan } from "./plans/plan.js";

/** What experiments are about. */
export const areas = [
  "optimal learning",
  "data selection",
  "optimizers and schedules",
  "loss curves",
  "interference",
  "compression",
] as const;
export type Area = (typeof areas)[number];

/** A publication. */
export interface Paper {
  /** As it is cited: `Gu et al.` */
  readonly authors: string;
  readonly year: number;
  readonly title: string;
  /** Where it can be read: `arXiv:2402.17759`. */
  readonly where: string;
}

/** A published experiment: what was asked, what is run to answer it, and what was claimed. A plain value. */
export interface Experiment {
  /** What `learning-law reproduce` calls it. */
  readonly name: string;
  readonly area: Area;
  readonly paper: Paper;
  /** The question, in one sentence. */
  readonly about: string;
  /** About what it costs on two cores. */
  readonly minutes: number;
  /** In the order in which they are run. */
  readonly plans: readonly Plan[];
  /** Fixed before anything is run: what a claim expects cannot depend on what is measured. */
  readonly claims: readonly Claim[];
  /** What is run and claimed on these seeds in place of the record's own, where others can be had. */
  readonly on?: (seeds: readonly number[]) => Pick<Experiment, "plans" | "claims">;
}

/**
 * An experiment on the seeds 1 to `count` in place of its own.
 *
 * @throws InputError if its record knows no others
 */
export function withSeeds(experiment: Experiment, count: number): Experiment {
  if (experiment.on === undefined)
    throw new InputError(`the experiment ${experiment.name} has seeds of its own; leave out --seeds`);
  return { ...experiment, ...experiment.on(Array.from({ length: count }, (_, i) => i + 1)) };
}

/** The areas that have experiments, each with its own. */
export function byArea(all: readonly Experiment[]): { readonly area: Area; readonly experiments: Experiment[] }[] {
  return areas
    .map((area) => ({ area, experiments: all.filter((experiment) => experiment.area === area) }))
    .filter(({ experiments }) => experiments.length > 0);
}
