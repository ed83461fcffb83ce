import { InputError } from "../../base/errors.js";
import { csv } from "./csv.js";
import { jsonLines } from "./json-lines.js";
import type { Log, LogReader, Source } from "./log.js";
import { tensorboard } from "./tensorboard.js";
import { trackioCsv } from "./trackio-csv.js";
import { trainerState } from "./trainer-state.js";
import { wandbCsv } from "./wandb-csv.js";
import { wandbOffline } from "./wandb-offline.js";

/** Every format of training logs, in the order in which they are tried. */
export const logReaders: readonly LogReader[] = [
  tensorboard,
  wandbOffline,
  trainerState,
  jsonLines,
  wandbCsv,
  trackioCsv,
  csv,
];

/** The logs in a file. Throws InputError if it is of no format that is known, damaged or empty. */
export function readLogs(source: Source): Log[] {
  if (source.bytes.length === 0) throw new InputError(`${source.path} is empty; give a training log`);
  const reader = logReaders.find(({ reads }) => reads(source));
  if (reader === undefined)
    throw new InputError(
      `${source.path} is of no known format; give ${logReaders.map(({ about }) => about).join("; or ")} (named .csv, .jsonl, .json, .wandb or *tfevents*)`,
    );
  return reader.read(source);
}
