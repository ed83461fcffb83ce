import { existsSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { writeFileAtomically } from "../../files/atomic-file.js";
import { type Claim, Figure, finiteOrMissing, Measure } from "../claims/claim.js";
import { Expectation, Tolerance } from "../claims/expectation.js";
import { intervalOf, medianOf, Verdict, verdictOf } from "../claims/verdict.js";
import type { Experiment } from "../experiment.js";
import type { Runs } from "../plans/plan.js";

/** What was measured of a claim, with what it was held against. */
export type ClaimResult = Readonly<z.infer<typeof ClaimResult>>;
const ClaimResult = z.strictObject({
  name: z.string(),
  says: z.string(),
  /** Of every run, in order, and their median. */
  figures: z.array(Figure),
  median: Measure.nullable(),
  /** The 95% interval over the seeds, where one number decides and there are several. */
  interval: z.tuple([z.number(), z.number()]).nullable().default(null),
  published: Expectation,
  tolerance: Tolerance,
  verdict: Verdict,
});

/** Where figures are from: a run of these versions, or a document as a commit has it. */
export type Origin = Readonly<z.infer<typeof Origin>>;
const Origin = z.union([
  z.strictObject({ versions: z.record(z.string(), z.union([z.string(), z.number()])) }),
  z.strictObject({ document: z.string(), commit: z.string() }),
]);

/** What became of an experiment: results.json in the folder of its runs. */
export type Results = Readonly<z.infer<typeof Results>>;
const Results = z.strictObject({ experiment: z.string(), origin: Origin, claims: z.array(ClaimResult) });

/** Holds what the plans found against every claim. */
export function resultsOf({ name, claims }: Experiment, runs: Runs, origin: Origin): Results {
  return { experiment: name, origin, claims: claims.map((claim) => judged(claim, claim.measured(runs))) };
}

/** A claim with its figures, and the verdict that follows. What is not finite is no figure. */
export function judged({ name, says, unit, published, tolerance }: Claim, measured: readonly Figure[]): ClaimResult {
  const figures = measured.map(finiteOrMissing);
  const interval = intervalOf(figures, published, unit);
  const verdict = verdictOf(figures, published, tolerance);
  return ClaimResult.parse({ name, says, figures, median: medianOf(figures), interval, published, tolerance, verdict });
}

/**
 * What was measured of a claim as it stands: undefined where it was not, or was held against something else, since what
 * a claim takes is fixed before it is measured.
 */
export function resultOf(claim: Claim, results: Results | undefined): ClaimResult | undefined {
  const result = results?.claims.find(({ name }) => name === claim.name);
  if (result === undefined) return undefined;
  const { published, tolerance } = claim;
  return isDeepStrictEqual([result.published, result.tolerance], [published, tolerance]) ? result : undefined;
}

/** @throws InputError if the file cannot be written */
export function writeResults(path: string, results: Results): void {
  writeFileAtomically(path, `${JSON.stringify(results, null, 2)}\n`);
}

/**
 * The results in a file; undefined if there is none.
 *
 * @throws InputError if it holds something else, or another experiment's
 */
export function readResults(path: string, experiment: string): Results | undefined {
  if (!existsSync(path)) return undefined;
  let results: Results;
  try {
    results = Results.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new InputError(`${path} does not hold the results of an experiment; remove it or choose another folder`, {
      cause: error,
    });
  }
  if (results.experiment === experiment) return results;
  throw new InputError(`${path} is of the experiment ${results.experiment}; choose another folder for ${experiment}`);
}
