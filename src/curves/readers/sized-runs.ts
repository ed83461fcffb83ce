import { InputError } from "../../base/errors.js";
import type { SizedRun } from "../size-laws/size-law.js";
import { type ColumnChoice, findColumn, requireColumn } from "./columns.js";
import type { Log } from "./log.js";

/** Whether a log is a table of runs: it has a column of sizes, and a run a line. */
export function isTableOfRuns(log: Log, choice: ColumnChoice): boolean {
  return findColumn(log, "params", choice) !== undefined && findColumn(log, "tokens", choice) !== undefined;
}

/**
 * The runs of a table with a column each of parameters, tokens and losses. Lines without a loss are left out.
 *
 * @throws InputError if a column is missing, or a value is no number above 0
 */
export function sizedRuns(log: Log, choice: ColumnChoice): SizedRun[] {
  const [params, tokens, loss] = (["params", "tokens", "loss"] as const).map((wanted) =>
    requireColumn(log, wanted, choice),
  );
  return log.records
    .filter(({ values }) => values.has(loss))
    .map(({ place, values }) => {
      const positive = (column: string): number => {
        const value = values.get(column);
        if (typeof value === "number" && value > 0 && value < Infinity) return value;
        throw new InputError(
          `${log.name} ${place} has ${value ?? "nothing"} as ${column}; it must be a number above 0`,
        );
      };
      return { params: positive(params), tokens: positive(tokens), loss: positive(loss) };
    });
}
