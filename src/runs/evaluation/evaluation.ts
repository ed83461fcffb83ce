import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { InputError } from "../../base/errors.js";
import { asInputError, removeTemporary, writeFileAtomically } from "../../files/atomic-file.js";
import { damaged } from "../../files/json-file.js";
import { readJsonLines, toCheckedTable } from "../../files/json-lines.js";
import { writeParquet } from "../../files/parquet-writer.js";
import type { Run } from "../log/run.js";

/*
 * What `evaluate` writes into the directory of a run:
 *
 *   evaluation/epoch-0003/steps.jsonl      a line for every step
 *   evaluation/epoch-0003/examples.jsonl   a line for every training example
 *   evaluation/epoch-0003/dynamics.jsonl   a line for every sampled example
 *   evaluation/epoch-0003/summary.json     written last: with it, the epoch is evaluated
 *   evaluation/*.parquet                   the same of all evaluated epochs, a table of each kind
 */

const count = z.int().min(0);
const maybe = z.number().nullable();

/** Everything that is measured of an epoch's policy, summed up. Losses and areas are on test, in nats. */
export type EpochEvaluation = Readonly<z.infer<typeof Summary>>;
const Summary = z.object({
  epoch: count,
  testArea: z.number(),
  finalTestLoss: z.number(),
  compressionRatio: z.number(),
  /** ln CR. */
  logCompressionRatio: z.number(),
  /** Against conventional learning; 1 for that itself. Null where its final loss is never reached, or makes no measure. */
  acceleration: maybe,
  /** SIM, a mean over the steps at which it is defined; null where it is at none. */
  similarity: maybe,
  /** Of all T x N weights, the share that is zero, and the share of these on perturbed examples (null without any). */
  zeroShare: z.number(),
  zeroPerturbedShare: maybe,
  /** The share of all CT[t][n] that is not positive, and the share of zero weights among these. */
  nonPositiveShare: z.number(),
  nonPositiveZeroShare: maybe,
  /** Among positively contributing examples the share of low weights, below 0.2 of the uniform one. */
  positiveLowShare: maybe,
  /** The share of (t, n) where the example is perfectly learned, and the share of low weights among these. */
  perfectShare: z.number(),
  perfectLowShare: maybe,
  /** The distribution of the weights of perfectly learned examples. */
  perfectWeights: z.array(z.object({ weight: z.number(), share: z.number() })),
  dropped: z.array(z.object({ perturbed: z.boolean(), redundant: z.boolean(), count, medianAfter: maybe })),
});

/** A step under one epoch's policy: its StepMeasurements. */
export type EvaluatedStep = Readonly<z.infer<typeof Step>>;
const Step = z.object({
  epoch: count,
  step: count,
  loss: z.number(),
  mean: z.number(),
  deviation: z.number(),
  similarity: maybe,
  weighted: count,
  nonPositive: count,
  nonPositiveZero: count,
  positive: count,
  positiveLow: count,
  perfect: count,
  perfectLow: count,
});

/** A training example under one epoch's policy. */
export type EvaluatedExample = Readonly<z.infer<typeof Example>>;
const Example = z.object({
  epoch: count,
  id: count,
  perturbed: z.boolean(),
  /** Its total weight, relative to the uniform policy. */
  weight: z.number(),
  /** Its mean contribution over the steps. */
  contribution: z.number(),
  /** The step, from 1, after which it has no weight any more, and whether it would still help; null if it has to the end. */
  droppedAfter: count.nullable(),
  redundant: z.boolean().nullable(),
});

/** The weights (relative to uniform) and contributions of a sampled example at some steps. */
export type EvaluatedDynamics = Readonly<z.infer<typeof Dynamics>>;
const Dynamics = z.object({
  epoch: count,
  id: count,
  perturbed: z.boolean(),
  steps: z.array(count),
  weights: z.array(z.number()),
  contributions: z.array(z.number()),
});

/** Everything that is measured of the policy of an epoch. */
export interface EvaluatedEpoch {
  readonly summary: EpochEvaluation;
  readonly steps: readonly EvaluatedStep[];
  readonly examples: readonly EvaluatedExample[];
  readonly dynamics: readonly EvaluatedDynamics[];
}

const DIRECTORY = "evaluation";
const SUMMARY = "summary.json";

const TABLES = {
  steps: {
    ...{ epoch: "INTEGER", step: "INTEGER", loss: "DOUBLE" },
    ...{ mean: "DOUBLE", deviation: "DOUBLE", similarity: "DOUBLE", weighted: "INTEGER" },
    ...{ nonPositive: "INTEGER", nonPositiveZero: "INTEGER", positive: "INTEGER", positiveLow: "INTEGER" },
    ...{ perfect: "INTEGER", perfectLow: "INTEGER" },
  } satisfies Record<keyof EvaluatedStep, string>,
  examples: {
    ...{ epoch: "INTEGER", id: "INTEGER", perturbed: "BOOLEAN", weight: "DOUBLE", contribution: "DOUBLE" },
    ...{ droppedAfter: "INTEGER", redundant: "BOOLEAN" },
  } satisfies Record<keyof EvaluatedExample, string>,
  dynamics: {
    ...{ epoch: "INTEGER", id: "INTEGER", perturbed: "BOOLEAN" },
    ...{ steps: "INTEGER[]", weights: "DOUBLE[]", contributions: "DOUBLE[]" },
  } satisfies Record<keyof EvaluatedDynamics, string>,
};

const SUMMARY_COLUMNS = {
  ...{ epoch: "INTEGER", testArea: "DOUBLE", finalTestLoss: "DOUBLE" },
  ...{ compressionRatio: "DOUBLE", logCompressionRatio: "DOUBLE", acceleration: "DOUBLE", similarity: "DOUBLE" },
  ...{ zeroShare: "DOUBLE", zeroPerturbedShare: "DOUBLE" },
  ...{ nonPositiveShare: "DOUBLE", nonPositiveZeroShare: "DOUBLE", positiveLowShare: "DOUBLE" },
  ...{ perfectShare: "DOUBLE", perfectLowShare: "DOUBLE" },
  perfectWeights: "STRUCT(weight DOUBLE, share DOUBLE)[]",
  dropped: "STRUCT(perturbed BOOLEAN, redundant BOOLEAN, count INTEGER, medianAfter DOUBLE)[]",
} satisfies Record<keyof EpochEvaluation, string>;

/** Writes what was measured of one epoch's policy; the epoch counts as evaluated once all of it is on the disk. */
export function writeEvaluatedEpoch(run: Run, { summary, ...tables }: EvaluatedEpoch): void {
  const folder = folderOf(run, summary.epoch);
  try {
    mkdirSync(folder, { recursive: true });
    removeTemporary(folder);
  } catch (error) {
    throw asInputError(error, `cannot write ${folder}`);
  }
  for (const [name, rows] of Object.entries(tables))
    writeFileAtomically(join(folder, `${name}.jsonl`), toCheckedTable(rows));
  writeFileAtomically(join(folder, SUMMARY), toCheckedTable([summary]));
}

/** Writes the tables of all evaluated epochs as Parquet. Throws InputError that names the first damaged line. */
export async function writeEvaluationTables(run: Run): Promise<void> {
  removeTemporary(run.path(DIRECTORY));
  // DuckDB takes the lines as they are.
  for (const epoch of evaluatedEpochs(run))
    for (const read of [readSteps, readExamples, readDynamics]) read(run, epoch);
  const files = (name: string) => evaluatedEpochs(run).map((epoch) => join(folderOf(run, epoch), name));
  const table = (name: string) => join(run.path(DIRECTORY), `${name}.parquet`);
  for (const [name, columns] of Object.entries(TABLES))
    await writeParquet(table(name), files(`${name}.jsonl`), columns);
  await writeParquet(table("epochs"), files(SUMMARY), SUMMARY_COLUMNS);
}

/** The epochs of a run that are evaluated, in order. */
export function evaluatedEpochs(run: Run): number[] {
  if (!existsSync(run.path(DIRECTORY))) return [];
  return readdirSync(run.path(DIRECTORY))
    .flatMap((name) => /^epoch-(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .filter((epoch) => existsSync(join(folderOf(run, epoch), SUMMARY)))
    .sort((a, b) => a - b);
}

// What was written; each throws InputError if it is damaged.
export const readSummary = (run: Run, epoch: number): EpochEvaluation => readLines(run, epoch, SUMMARY, Summary)[0];
export const readSteps = (run: Run, epoch: number) => readLines(run, epoch, "steps.jsonl", Step);
export const readExamples = (run: Run, epoch: number) => readLines(run, epoch, "examples.jsonl", Example);
export const readDynamics = (run: Run, epoch: number) => readLines(run, epoch, "dynamics.jsonl", Dynamics);

/** L(theta[t]) on test, t = 1 .. T, in nats, as steps and the loss after the last have it. */
export function testCurve(steps: readonly { readonly loss: number }[], finalTestLoss: number): Float64Array {
  return Float64Array.from([...steps.slice(1).map(({ loss }) => loss), finalTestLoss]);
}

function readLines<T>(run: Run, epoch: number, file: string, schema: z.ZodType<T>): T[] {
  return readJsonLines(join(folderOf(run, epoch), file), schema, { remedy: remedy(run, epoch) });
}

/** That what was measured of an epoch is not what was written. */
export function damagedEvaluation(run: Run, epoch: number): InputError {
  return damaged(folderOf(run, epoch), remedy(run, epoch));
}

function remedy(run: Run, epoch: number): string {
  return `remove ${folderOf(run, epoch)} and evaluate the run again`;
}

function folderOf(run: Run, epoch: number): string {
  return run.path(join(DIRECTORY, `epoch-${String(epoch).padStart(4, "0")}`));
}
