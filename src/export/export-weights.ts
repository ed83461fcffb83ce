import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.js";
import type { Origin } from "../data/examples.js";
import { asInputError, writeFileAtomically } from "../files/atomic-file.js";
import { writeParquet } from "../files/parquet-writer.js";
import { totalWeights } from "../measures/weight-dynamics.js";
import { type Policy, policyRow } from "../search/policy.js";
import type { WeightTotals } from "../training/weighting/weight-tally.js";

/** What a policy made of one training example, over all steps. */
export interface ExampleWeight extends Origin {
  readonly id: number;
  /**
   * Its total weight over the steps, relative to the uniform policy: 1 is an ordinary example, 0 is left out. Of a training
   * in mini-batches, over the steps in which it was drawn; null if it never was.
   */
  readonly weight: number | null;
  /** The first and last step, from 1, at which it has weight; null if it never has. */
  readonly firstStep: number | null;
  readonly lastStep: number | null;
}

/** Sums a policy over its steps, example by example. */
export function exampleWeights(policy: Policy, origins: readonly Origin[]): ExampleWeight[] {
  const { steps, examples } = policy;
  const total = totalWeights(policy);
  const first = new Int32Array(examples);
  const last = new Int32Array(examples);
  for (let t = 0; t < steps; t++) {
    const row = policyRow(policy, t);
    for (let n = 0; n < examples; n++) {
      if (row[n] === 0) continue;
      if (first[n] === 0) first[n] = t + 1;
      last[n] = t + 1;
    }
  }
  return rowsOf(origins, (n) => ({ weight: total[n], firstStep: first[n] || null, lastStep: last[n] || null }));
}

/** What a training's policy made of its examples, example by example, from its newest checkpoint. */
export function trainedWeights(
  { total, draws, first, last }: WeightTotals,
  origins: readonly Origin[],
): ExampleWeight[] {
  return rowsOf(origins, (n) => ({
    weight: draws[n] === 0 ? null : total[n] / draws[n],
    firstStep: first[n] || null,
    lastStep: last[n] || null,
  }));
}

function rowsOf(
  origins: readonly Origin[],
  weightOf: (n: number) => Pick<ExampleWeight, "weight" | "firstStep" | "lastStep">,
): ExampleWeight[] {
  return origins.map(({ document, window, text, perturbed }, id) => {
    return { id, document, window, text, ...weightOf(id), perturbed };
  });
}

/**
 * Writes the rows as .parquet or .jsonl, by the path's extension. Throws InputError for another extension, for a file
 * that exists (nothing is written over) and for a path that cannot be written.
 */
export async function writeExampleWeights(path: string, rows: readonly ExampleWeight[]): Promise<void> {
  if (existsSync(path)) throw new InputError(`${path} exists; remove it or choose another --out`);
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  if (path.endsWith(".jsonl")) writeFileAtomically(path, lines);
  else if (path.endsWith(".parquet")) await writeTable(path, lines);
  else throw new InputError(`${path} must end in .parquet or .jsonl`);
}

const COLUMNS = {
  id: "INTEGER",
  document: "VARCHAR",
  window: "INTEGER",
  text: "VARCHAR",
  weight: "DOUBLE",
  firstStep: "INTEGER",
  lastStep: "INTEGER",
  perturbed: "BOOLEAN",
};

async function writeTable(path: string, lines: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "learning-law-"));
  try {
    const json = join(scratch, "rows.jsonl");
    writeFileSync(json, lines);
    await writeParquet(path, [json], COLUMNS);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const StoredOrigin = z.looseObject({
  ...{ document: z.string(), window: z.int(), text: z.string(), perturbed: z.boolean() },
}) satisfies z.ZodType<Origin>;

/** The origins of a run's training examples, as its directory holds them. Throws InputError if the file is damaged. */
export function readOrigins(path: string): Origin[] {
  try {
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    return lines.map((line) => StoredOrigin.parse(JSON.parse(line)));
  } catch (error) {
    const unreadable = asInputError(error, `cannot read ${path}`);
    if (unreadable instanceof InputError) throw unreadable;
    throw new InputError(`${path} is damaged: it is not what learning-law wrote there`, { cause: error });
  }
}
