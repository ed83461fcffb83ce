import { join } from "node:path";
import type { Preparation } from "../data/preparation.js";
import type { Resources } from "../passes/problem.js";
import { versions } from "../runs/log/versions.js";
import type { Experiment } from "./experiment.js";
import type { Plan, Runs } from "./plans/plan.js";
import { writeExperimentPage } from "./results/experiment-page.js";
import { type Results, readResults, resultsOf, writeResults } from "./results/results.js";

export interface ReproduceOptions extends Resources, Preparation {
  readonly onProgress?: (progress: { readonly fraction: number; readonly note: string }) => void;
  /** Called when a plan is finished. */
  readonly onRun?: (run: FinishedRun) => void;
}

/** A plan that was run. */
export interface FinishedRun {
  readonly name: string;
  readonly kind: string;
  readonly directory: string;
  readonly result: unknown;
  /** What came of it, in a few words. */
  readonly summary: string;
}

export interface Reproduced extends Results {
  readonly runs: readonly FinishedRun[];
  /** Of the runs that have reports; the last has the others of its kind in its table. */
  readonly reports: readonly string[];
  /** results.json and the HTML page about it, in the experiment's folder. */
  readonly results: string;
  readonly page: string;
}

/**
 * Runs the plans of an experiment, each in a directory below `folder`, holds what they found against its claims, and
 * writes that into the folder, as results.json and as a page beside the reports of the runs. What is there already is
 * continued: an interrupted or killed reproduction goes on where it was, and ends with the same bytes.
 *
 * @throws InputError if a run in the folder has another configuration or is damaged, or if its results are of another
 *   experiment
 */
export async function reproduce(
  experiment: Experiment,
  folder: string,
  { onProgress, onRun, ...resources }: ReproduceOptions = {},
): Promise<Reproduced> {
  const results = join(folder, "results.json");
  // Before hours of work: results that are not ours are not written over.
  readResults(results, experiment.name);
  const known = experiment.plans.map((plan) => plan.work());
  // Where of none it is known how much there is to do, all count the same.
  const works = known.some((work) => work > 0) ? known : known.map(() => 1);
  const total = works.reduce((sum, work) => sum + work, 0);
  const found = new Map<Plan, unknown>();
  const runs: FinishedRun[] = [];
  let done = 0;
  for (const [i, plan] of experiment.plans.entries()) {
    const { name, kind } = plan;
    const directory = join(folder, name);
    const result = await plan.run({
      ...resources,
      ...{ directory, runs: lookUp(found) },
      onProgress: (fraction, note) =>
        onProgress?.({ fraction: (done + works[i] * fraction) / total, note: `${name}: ${note}` }),
    });
    done += works[i];
    found.set(plan, result);
    runs.push({ name, kind, directory, result, summary: plan.summary(result) });
    onRun?.(runs[i]);
  }
  const reports = await writeReports(experiment, folder);
  const judged = resultsOf(experiment, lookUp(found), { versions: versions() });
  writeResults(results, judged);
  const page = writeExperimentPage(experiment, judged, folder, reports);
  return { ...judged, runs, reports: [...reports.values()], results, page };
}

/** Draws the reports of the plans that have them, the last beside the others, and returns their paths. */
async function writeReports({ plans }: Experiment, folder: string): Promise<Map<Plan, string>> {
  const reported = plans.filter(({ report }) => report !== undefined);
  const directories = reported.map(({ name }) => join(folder, name));
  const reports = new Map<Plan, string>();
  for (const [i, plan] of reported.entries()) {
    const others = i === reported.length - 1 ? directories.slice(0, -1) : [];
    reports.set(plan, await plan.report!(directories[i], others));
  }
  return reports;
}

function lookUp(found: ReadonlyMap<Plan, unknown>): Runs {
  return <Result>(plan: Plan<Result>) => {
    if (!found.has(plan)) throw new Error(`${plan.name} is no plan of the experiment, or comes later in it`);
    return found.get(plan) as Result;
  };
}
