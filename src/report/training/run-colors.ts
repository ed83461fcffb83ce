import { color, ramp } from "../palette.js";
import type { TrainedRun, TrainingReportData } from "./training-data.js";

/** All trainings of a report with the colours of their lines: the baseline, the others, and the one reported last. */
export function coloredRuns(data: TrainingReportData): (TrainedRun & { readonly color: string })[] {
  const { others } = data;
  const colorOf = (i: number) => (i === 0 ? color("conventional") : ramp(i / others.length));
  return [...others.map((run, i) => ({ ...run, color: colorOf(i) })), { ...data, color: color("best") }];
}

/** Of a name of a directory, what fits into a figure. */
export function shortened(name: string): string {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}
