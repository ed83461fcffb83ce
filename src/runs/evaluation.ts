import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Columns, writeParquet } from "../data/parquet-writer.js";
import { InputError } from "../errors.js";
import { asInputError, writeFileAtomically } from "../files/atomic-file.js";
import type { DroppedGroup } from "../law/dropped-examples.js";
import type { StepMeasurements } from "../law/measure-learning.js";
import type { CumulativePoint } from "../law/weight-distribution.js";
import type { Run } from "./run-directory.js";

/*
 * What `evaluate` writes into the directory of a run:
 *
 *   evaluation/epoch-0003/steps.jsonl      a line for every step
 *   evaluation/epoch-0003/examples.jsonl   a line for every training example
 *   evaluation/epoch-0003/dynamics.jsonl   a line for every sampled example
 *   evaluation/epoch-0003/summary.json     written last: with it, the epoch is evaluated
 *   evaluation/*.parquet                   the same of all evaluated epochs, a table of each kind
 */

/** Everything that is measured of an epoch's policy, summed up. Losses and areas are on test, in nats. */
export interface EpochEvaluation {
  readonly epoch: number;
  readonly testArea: number;
  readonly finalTestLoss: number;
  readonly compressionRatio: number;
  /** ln CR. */
  readonly logCompressionRatio: number;
  /** Against conventional learning; null where its final loss is never reached. */
  readonly acceleration: number | null;
  /** SIM; null where it is defined at no step. */
  readonly similarity: number | null;
  /** Of all T x N weights, the share that is zero, and the share of these on perturbed examples (null without any). */
  readonly zeroShare: number;
  readonly zeroPerturbedShare: number | null;
  /** The share of all CT[t][n] that is not positive, and the share of zero weights among these. */
  readonly nonPositiveShare: number;
  readonly nonPositiveZeroShare: number | null;
  /** Among positively contributing examples the share of low weights, below 0.2 of the uniform one. */
  readonly positiveLowShare: number | null;
  /** The share of (t, n) where the example is perfectly learned, and the share of low weights among these. */
  readonly perfectShare: number;
  readonly perfectLowShare: number | null;
  /** The distribution of the weights of perfectly learned examples. */
  readonly perfectWeights: readonly CumulativePoint[];
  readonly dropped: readonly DroppedGroup[];
}

/** A step under one epoch's policy. */
export interface EvaluatedStep extends StepMeasurements {
  readonly epoch: number;
}

/** A training example under one epoch's policy. */
export interface EvaluatedExample {
  readonly epoch: number;
  readonly id: number;
  readonly perturbed: boolean;
  /** Its total weight, relative to the uniform policy. */
  readonly weight: number;
  /** Its mean contribution over the steps. */
  readonly contribution: number;
  /** The step from which on it has no weight, and whether it would still help then; null if it has weight to the end. */
  readonly droppedStep: number | null;
  readonly redundant: boolean | null;
}

/** The weights (relative to uniform) and contributions of a sampled example at some steps. */
export interface EvaluatedDynamics {
  readonly epoch: number;
  readonly id: number;
  readonly perturbed: boolean;
  readonly steps: readonly number[];
  readonly weights: readonly number[];
  readonly contributions: readonly number[];
}

export interface EvaluatedEpoch {
  readonly summary: EpochEvaluation;
  readonly steps: readonly EvaluatedStep[];
  readonly examples: readonly EvaluatedExample[];
  readonly dynamics: readonly EvaluatedDynamics[];
}

const DIRECTORY = "evaluation";
const SUMMARY = "summary.json";

const TABLES: Readonly<Record<"steps" | "examples" | "dynamics", Columns>> = {
  steps: {
    ...{ epoch: "INTEGER", step: "INTEGER", loss: "DOUBLE" },
    ...{ mean: "DOUBLE", deviation: "DOUBLE", similarity: "DOUBLE", weighted: "INTEGER" },
    ...{ nonPositive: "INTEGER", nonPositiveZero: "INTEGER", positive: "INTEGER", positiveLow: "INTEGER" },
    ...{ perfect: "INTEGER", perfectLow: "INTEGER" },
  },
  examples: {
    ...{ epoch: "INTEGER", id: "INTEGER", perturbed: "BOOLEAN", weight: "DOUBLE", contribution: "DOUBLE" },
    ...{ droppedStep: "INTEGER", redundant: "BOOLEAN" },
  },
  dynamics: {
    ...{ epoch: "INTEGER", id: "INTEGER", perturbed: "BOOLEAN" },
    ...{ steps: "INTEGER[]", weights: "DOUBLE[]", contributions: "DOUBLE[]" },
  },
};

const SUMMARY_COLUMNS: Columns = {
  ...{ epoch: "INTEGER", testArea: "DOUBLE", finalTestLoss: "DOUBLE" },
  ...{ compressionRatio: "DOUBLE", logCompressionRatio: "DOUBLE", acceleration: "DOUBLE", similarity: "DOUBLE" },
  ...{ zeroShare: "DOUBLE", zeroPerturbedShare: "DOUBLE" },
  ...{ nonPositiveShare: "DOUBLE", nonPositiveZeroShare: "DOUBLE", positiveLowShare: "DOUBLE" },
  ...{ perfectShare: "DOUBLE", perfectLowShare: "DOUBLE" },
  perfectWeights: "STRUCT(weight DOUBLE, share DOUBLE)[]",
  dropped: "STRUCT(perturbed BOOLEAN, redundant BOOLEAN, count INTEGER, medianStep DOUBLE)[]",
};

/** Writes what was measured of one epoch's policy; the epoch counts as evaluated once all of it is on the disk. */
export function writeEvaluatedEpoch(run: Run, { summary, ...tables }: EvaluatedEpoch): void {
  const folder = folderOf(run, summary.epoch);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw asInputError(error, `cannot write ${folder}`);
  }
  for (const [name, rows] of Object.entries(tables))
    writeFileAtomically(join(folder, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileAtomically(join(folder, SUMMARY), `${JSON.stringify(summary)}\n`);
}

/** Writes the tables of all evaluated epochs as Parquet. */
export async function writeEvaluationTables(run: Run): Promise<void> {
  const glob = (file: string) => join(run.path(DIRECTORY), "epoch-*", file);
  for (const [name, columns] of Object.entries(TABLES))
    await writeParquet(join(run.path(DIRECTORY), `${name}.parquet`), glob(`${name}.jsonl`), columns);
  await writeParquet(join(run.path(DIRECTORY), "epochs.parquet"), glob(SUMMARY), SUMMARY_COLUMNS);
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

/** The summaries of these epochs. Throws InputError if one is damaged. */
export function readSummaries(run: Run, epochs: readonly number[]): EpochEvaluation[] {
  return epochs.map((epoch) => {
    const [summary] = readLines<EpochEvaluation>(run, epoch, SUMMARY);
    return summary;
  });
}

export const readSteps = (run: Run, epoch: number) => readLines<EvaluatedStep>(run, epoch, "steps.jsonl");
export const readExamples = (run: Run, epoch: number) => readLines<EvaluatedExample>(run, epoch, "examples.jsonl");
export const readDynamics = (run: Run, epoch: number) => readLines<EvaluatedDynamics>(run, epoch, "dynamics.jsonl");

/** L(theta[t]) on test, t = 1 .. T, in nats, as steps and the loss after the last have it. */
export function testCurve(steps: readonly { readonly loss: number }[], finalTestLoss: number): Float64Array {
  return Float64Array.from([...steps.slice(1).map(({ loss }) => loss), finalTestLoss]);
}

const Line = z.looseObject({ epoch: z.int() });

function readLines<T extends { readonly epoch: number }>(run: Run, epoch: number, file: string): T[] {
  const path = join(folderOf(run, epoch), file);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw asInputError(error, `cannot read ${path}`);
  }
  return text
    .trimEnd()
    .split("\n")
    .map((line, i) => {
      try {
        return Line.parse(JSON.parse(line)) as unknown as T;
      } catch (error) {
        throw new InputError(
          `line ${i + 1} of ${path} is damaged; remove ${folderOf(run, epoch)} and evaluate the run again`,
          { cause: error },
        );
      }
    });
}

function folderOf(run: Run, epoch: number): string {
  return run.path(join(DIRECTORY, `epoch-${String(epoch).padStart(4, "0")}`));
}
