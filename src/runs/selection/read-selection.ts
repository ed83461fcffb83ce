import { existsSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { readJson } from "../../files/json-file.js";
import { SelectionSummary } from "./select-run.js";
import { recordPath } from "./selection-folder.js";
import { SelectionRecord } from "./selection-record.js";

/** A selection as its report shows it. */
export interface RecordedSelection extends SelectionRecord {
  /** The share of the tokens that was asked for. */
  readonly fraction: number;
  readonly summary: SelectionSummary;
  /** Of a distilled scorer: what it says of some windows that it was not fitted to, and their contributions. */
  readonly heldOut?: { readonly predicted: readonly number[]; readonly measured: readonly number[] };
}

const scores = z.array(z.number());
const Recorded = SelectionRecord.extend({
  ...{ fraction: z.number(), summary: SelectionSummary },
  heldOut: z.object({ predicted: scores, measured: scores }).optional(),
});

/**
 * What `select` recorded beside the file that it selected into.
 *
 * @throws InputError if there is no such record, or it is damaged
 */
export function readSelection(out: string): RecordedSelection {
  const path = recordPath(out);
  if (!existsSync(path))
    throw new InputError(
      `${out} has no ${path} beside it: give a file that learning-law select wrote, or select it anew`,
    );
  return readJson(path, Recorded);
}
