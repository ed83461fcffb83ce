import { csvFormat } from "d3-dsv";
import { openRun, runKind } from "../runs/log/run-directory.js";
import { readTimings } from "../runs/training/training-clock.js";

/** Every finished measurement of a run as CSV: none is left out. Throws InputError where it cannot be read. */
export function curveTable(path: string): string {
  if (runKind(path) === "training") {
    const run = openRun(path, "training");
    const seconds = readTimings(run);
    return csvFormat(run.readMetrics().map((line) => ({ ...line, seconds: seconds.get(line.step) ?? "" })));
  }
  return csvFormat(
    openRun(path)
      .readMetrics()
      .map(({ gapByStretch: _, ...line }) => line),
  );
}
