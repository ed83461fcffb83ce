import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { type Log, type LogRecord, logOf } from "../../curves/readers/log.js";
import { type CurveChoice, type LossCurve, lossCurve } from "../../curves/readers/loss-curve.js";
import { readLogs } from "../../curves/readers/registry.js";
import { readBytes } from "../../files/read-file.js";
import { isRun, openRun, runKind } from "../log/run-directory.js";
import { readBaseline } from "../search/epoch-metrics.js";

/**
 * The loss curves of files and folders, in their order: training logs (`logReaders`), folders of TensorBoard's event files,
 * and this program's runs, a training by its test loss, a search by the test loss of conventional learning.
 *
 * @throws InputError if one cannot be read, is of no known format, or holds no loss curve
 */
export function readCurves(paths: readonly string[], choice: CurveChoice): LossCurve[] {
  return paths.flatMap((path) => readPath(path).map((log) => lossCurve(log, choice)));
}

/** The logs at a path. Throws InputError as `readCurves`. */
export function readPath(path: string): Log[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [readFolder(path)];
  return readLogs({ path, bytes: readBytes(path) });
}

function readFolder(path: string): Log {
  if (isRun(path)) return logOf(path, recordsOfRun(path));
  const events = readdirSync(path)
    .filter((name) => name.includes("tfevents"))
    .sort();
  if (events.length === 0)
    throw new InputError(`${path} is neither a run nor a folder of TensorBoard's event files; give a file of it`);
  // A training that was resumed goes on in another file.
  return logOf(
    path,
    events.flatMap((name) =>
      readPath(join(path, name))[0].records.map((record) => ({ ...record, place: `${record.place} of ${name}` })),
    ),
  );
}

/** The lines of a run, or the curve that it was compared with. */
function recordsOfRun(path: string): LogRecord[] {
  if (runKind(path) === "search")
    return Array.from(readBaseline(openRun(path, "search")), (testLoss, i) => ({
      place: `step ${i + 1}`,
      values: new Map(Object.entries({ step: i + 1, testLoss })),
    }));
  return openRun(path, "training")
    .readMetrics()
    .map((line, i) => ({ place: `line ${i + 1}`, values: new Map(Object.entries(line)) }));
}
