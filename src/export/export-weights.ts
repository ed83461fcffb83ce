import { z } from "zod";
import { type Origin, type Place, placeOf } from "../data/examples.js";
import { readJsonLines } from "../files/json-lines.js";
import type { Columns } from "../files/parquet-writer.js";
import { refuseExistingTable, writeTable } from "../files/table-file.js";
import { totalWeights } from "../measures/weight-dynamics.js";
import type { TrainedWeights } from "../runs/training/checkpoint.js";
import { type Policy, policyRow } from "../search/policy.js";

/** What a policy made of one training example, over all steps. */
export interface ExampleWeight extends Origin, Place {
  /** Its number in the run, from 0. */
  readonly example: number;
  /**
   * Its total weight over the steps, relative to the uniform policy: 1 is an ordinary example, 0 is left out. Of a training
   * in mini-batches, over the steps in which it was drawn; null if it never was.
   */
  readonly weight: number | null;
  /** The first and last step, from 1, at which it has weight; null if it never has. */
  readonly firstStep: number | null;
  readonly lastStep: number | null;
  /** Of a training: how far its policy believes the example at the end, from 0 to 1; absent where it keeps no beliefs. */
  readonly belief?: number;
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
  { total, draws, first, last, belief }: TrainedWeights,
  origins: readonly Origin[],
): ExampleWeight[] {
  return rowsOf(origins, (n) => ({
    weight: draws[n] === 0 ? null : total[n] / draws[n],
    ...(belief && { belief: belief[n] }),
    firstStep: first[n] || null,
    lastStep: last[n] || null,
  }));
}

function rowsOf(
  origins: readonly Origin[],
  weightOf: (n: number) => Pick<ExampleWeight, "weight" | "belief" | "firstStep" | "lastStep">,
): ExampleWeight[] {
  return origins.map(({ document, window, text, perturbed }, example) => {
    return { example, document, ...placeOf(document), window, text, ...weightOf(example), perturbed };
  });
}

/**
 * Writes the rows as .parquet or .jsonl, by the path's extension, with the columns of the first. Throws InputError for
 * another extension, for a file that exists (nothing is written over) and for a path that cannot be written.
 *
 * @param carried the types of columns that are not those of `WEIGHT_COLUMNS`
 */
export async function writeExampleWeights(path: string, rows: readonly object[], carried: Columns = {}): Promise<void> {
  refuseExistingTable(path);
  const types: Columns = { ...carried, ...WEIGHT_COLUMNS };
  await writeTable(path, rows, Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, types[name]])));
}

/** The columns that tables of weights may have, with their types in DuckDB's SQL. */
export const WEIGHT_COLUMNS = {
  example: "INTEGER",
  document: "VARCHAR",
  file: "VARCHAR",
  row: "INTEGER",
  window: "INTEGER",
  windows: "INTEGER",
  start: "INTEGER",
  end: "INTEGER",
  text: "VARCHAR",
  tokens: "INTEGER",
  weight: "DOUBLE",
  belief: "DOUBLE",
  score: "DOUBLE",
  loss: "DOUBLE",
  lossDrop: "DOUBLE",
  firstStep: "INTEGER",
  lastStep: "INTEGER",
  perturbed: "BOOLEAN",
} satisfies Columns;

const StoredOrigin = z.looseObject({
  ...{ document: z.string(), window: z.int(), text: z.string(), perturbed: z.boolean() },
}) satisfies z.ZodType<Origin>;

/** The origins of a run's training examples, as its directory holds them. Throws InputError if the file is damaged. */
export function readOrigins(path: string): Origin[] {
  return readJsonLines(path, StoredOrigin);
}
