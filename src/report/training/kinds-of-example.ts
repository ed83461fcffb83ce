import { basename } from "node:path";
import { mean, median } from "simple-statistics";
import type { ExampleWeight } from "../../export/export-weights.js";

/** Files of more are not told apart: those with the most examples are. */
const FILES = 6;

/** What all examples are called where no kinds are known. */
export const ALL = "all examples";

/** The weights of the examples of one kind, those that were never drawn aside. */
export interface KindOfExample {
  readonly name: string;
  /** From the least to the most. */
  readonly weights: readonly number[];
  /** How far the policy believed them at the end, on the mean; undefined where it keeps no beliefs. */
  readonly belief: number | undefined;
}

/** The drawn examples by whether they are perturbed; all in one where none is. */
export function byPerturbation(rows: readonly ExampleWeight[]): KindOfExample[] {
  if (rows.every(({ perturbed }) => !perturbed)) return [kind(ALL, rows, () => true)];
  return [
    kind("not perturbed", rows, ({ perturbed }) => !perturbed),
    kind("perturbed", rows, ({ perturbed }) => perturbed),
  ].filter(({ weights }) => weights.length > 0);
}

/** The drawn examples by the file that they are from, the files with the most examples first. */
export function byFile(rows: readonly ExampleWeight[]): KindOfExample[] {
  const files = [...new Set(rows.map(({ file }) => file))];
  return files
    .map((name) => ({ ...kind(name, rows, ({ file }) => file === name), name: basename(name) }))
    .filter(({ weights }) => weights.length > 0)
    .toSorted((a, b) => b.weights.length - a.weights.length)
    .slice(0, FILES);
}

function kind(name: string, rows: readonly ExampleWeight[], is: (row: ExampleWeight) => boolean): KindOfExample {
  const own = rows.filter((row) => is(row) && row.weight !== null);
  const beliefs = own.flatMap(({ belief }) => belief ?? []);
  return {
    name,
    weights: own.map(({ weight }) => weight!).toSorted((a, b) => a - b),
    belief: beliefs.length === 0 ? undefined : mean(beliefs),
  };
}

/** What is said of a kind: its mean and median weight, and the shares of it below uniform and without weight. */
export function summaryOf({ weights }: KindOfExample) {
  const share = (is: (weight: number) => boolean) => weights.filter(is).length / weights.length;
  return {
    ...{ mean: mean([...weights]), median: median([...weights]) },
    ...{ belowUniform: share((weight) => weight < 1), zero: share((weight) => weight === 0) },
  };
}
