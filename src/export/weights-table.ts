import { ColumnTypes } from "../files/column-types.js";
import { refuseExistingTable, tableFormat } from "../files/table-file.js";
import { type DescribedExample, type DescribeOptions, describeExamples } from "./describe-examples.js";
import { documentRows } from "./document-rows.js";
import { writeExampleWeights } from "./export-weights.js";
import { type RunWeights, runWeights } from "./run-weights.js";

/** What is written of a run's examples, and where to. */
export interface WeightsOptions extends DescribeOptions {
  /** A .parquet or .jsonl file that does not exist yet. */
  readonly out: string;
  /** What has a row: an example, which is a window of a document, or a document with all of its examples. */
  readonly per?: "window" | "document";
}

/** What was written. */
export type WeightsSummary = RunWeights["of"] & {
  readonly out: string;
  readonly rows: number;
  readonly examples: number;
  readonly documents: number;
  /** Examples that never had weight though they were drawn. */
  readonly withoutWeight: number;
  /** The steps of the checkpoints that the scores are of. */
  readonly checkpoints: readonly number[];
  /** Why columns are absent, by their names. */
  readonly absent: Readonly<Record<string, string>>;
};

/**
 * Writes what a run made of its examples, and what it knows of them (`describeExamples`), as a table.
 *
 * @throws InputError for a run, a file or a column that cannot be used; nothing is written then
 */
export async function writeRunWeights(directory: string, options: WeightsOptions): Promise<WeightsSummary> {
  const { out, per = "window" } = options;
  refuseExistingTable(out);
  tableFormat(out);
  const { rows: weights, of } = runWeights(directory);
  const { examples, checkpoints, absent } = await describeExamples(directory, weights, options);
  const types = new ColumnTypes();
  for (const { values } of examples) types.add(values ?? {});
  const carried = types.types();
  const names = Object.keys(carried);
  const rows =
    per === "document" ? documentRows(examples, names) : examples.map((example) => exampleRow(example, names));
  await writeExampleWeights(out, rows, carried);
  return {
    ...{
      out,
      ...of,
      rows: rows.length,
      examples: examples.length,
      documents: new Set(examples.map(({ document }) => document)).size,
    },
    withoutWeight: examples.filter(({ weight }) => weight === 0).length,
    ...{ checkpoints, absent },
  };
}

/** The columns in their order; those that nothing is known of are left out. */
function exampleRow(example: DescribedExample, carried: readonly string[]): object {
  const { example: number, document, file, row, window, start, end, text, tokens, values, perturbed } = example;
  const { weight, belief, score, loss, lossDrop, firstStep, lastStep } = example;
  return withoutUndefined({
    ...{ example: number, document, file, row },
    ...Object.fromEntries(carried.map((name) => [name, values?.[name] ?? null])),
    ...{ window, start, end, text, tokens, weight, belief, score, loss, lossDrop, firstStep, lastStep, perturbed },
  });
}

function withoutUndefined(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}
