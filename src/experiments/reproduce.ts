import { join } from "node:path";
import type { Resources } from "../passes/problem.js";
import { writeReport } from "../report/report.js";
import type { Config } from "../runs/config/config.js";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { type EvaluationSummary, evaluateRun } from "../runs/evaluation/evaluate-run.js";
import { isRun } from "../runs/log/run-directory.js";
import { runSearch } from "../runs/search/search-run.js";
import type { Claim, Reproduction } from "./reproductions.js";

export interface ReproduceOptions extends Resources {
  readonly onProgress?: (progress: { readonly fraction: number; readonly note: string }) => void;
  /** Called when a search is finished and evaluated. */
  readonly onRun?: (evaluation: EvaluationSummary) => void;
  readonly signal?: AbortSignal;
}

export interface Reproduced {
  readonly claims: readonly Claim[];
  /** The report of the last search, with the others in its table. */
  readonly report: string;
  readonly evaluations: readonly EvaluationSummary[];
}

/**
 * Runs the searches of a reproduction, each in a directory below `folder`, evaluates them and draws the report. What is
 * there already is continued: an interrupted reproduction goes on where it was.
 *
 * @throws InputError if a run in the folder has another configuration or is damaged
 */
export async function reproduce(
  { searches, claims }: Reproduction,
  folder: string,
  { onProgress, onRun, ...resources }: ReproduceOptions = {},
): Promise<Reproduced> {
  const planned = searches.map(({ name, preset, settings }) => {
    const config = resolveConfig(preset, settings);
    return { name, config, directory: join(folder, name), work: workOf(config) };
  });
  const total = planned.reduce((sum, { work }) => sum + work.search + work.evaluation, 0);
  let done = 0;
  const report = (part: number, fraction: number, note: string) =>
    onProgress?.({ fraction: (done + part * fraction) / total, note });

  const evaluations: EvaluationSummary[] = [];
  for (const { name, config, directory, work } of planned) {
    await runSearch(config, directory, {
      ...resources,
      resume: isRun(directory),
      onProgress: ({ epoch, fraction }) =>
        report(work.search, fraction, `${name}: search, epoch ${epoch}/${config.search.epochs}`),
    });
    done += work.search;
    const evaluation = await evaluateRun(directory, {
      ...resources,
      onProgress: ({ epoch, fraction }) => report(work.evaluation, fraction, `${name}: evaluation, epoch ${epoch}`),
    });
    done += work.evaluation;
    evaluations.push(evaluation);
    onRun?.(evaluation);
  }
  const directories = planned.map(({ directory }) => directory);
  const { out } = writeReport(directories.at(-1)!, { others: directories.slice(0, -1) });
  return { claims: claims(evaluations), report: out, evaluations };
}

/** Operations in units of an example's forward pass (DESIGN 2.3), for the estimate of the time left. */
function workOf({ learning, data, search }: Config): { search: number; evaluation: number } {
  const steps = learning.steps * data.examples;
  const kept = Math.floor(search.epochs / search.keepEvery) + 1;
  return { search: steps * (3 + 11 * search.epochs), evaluation: steps * 5 * kept };
}
