import type { Config } from "../../runs/config/config.js";
import { resolveConfig } from "../../runs/config/resolve-config.js";
import type { EvaluationSummary } from "../../runs/evaluation/evaluate-run.js";
import type { Plan, PlanContext } from "./plan.js";

/** A search for the optimal policy, and the evaluation of every policy that it keeps. */
export function search(name: string, preset: string, settings: readonly string[] = []): Plan<EvaluationSummary> {
  return {
    ...{ name, kind: "search", preset, settings },
    work: () => {
      const { searching, evaluating } = workOf(resolveConfig(preset, settings));
      return searching + evaluating;
    },
    run: (context) => searchAndEvaluate(resolveConfig(preset, settings), context),
    summary: ({ epochs, best }) => {
      const speed = epochs.find(({ epoch }) => epoch === best)?.acceleration;
      return `is evaluated: acceleration ${speed?.toFixed(2) ?? "-"}`;
    },
    report: async (directory, others) => {
      const { writeReport } = await import("../../report/report.js");
      return writeReport(directory, { others }).out;
    },
  };
}

async function searchAndEvaluate(config: Config, { directory, onProgress, runs: _, ...resources }: PlanContext) {
  // The engines take longer to load than a list of experiments should.
  const { isRun } = await import("../../runs/log/run-directory.js");
  const { runSearch } = await import("../../runs/search/search-run.js");
  const { evaluateRun } = await import("../../runs/evaluation/evaluate-run.js");
  const { searching, evaluating } = workOf(config);
  const searched = searching / (searching + evaluating);
  await runSearch(config, directory, {
    ...resources,
    resume: isRun(directory),
    onProgress: ({ epoch, fraction }) =>
      onProgress?.(searched * fraction, `search, epoch ${epoch}/${config.search.epochs}`),
  });
  return evaluateRun(directory, {
    ...resources,
    onProgress: ({ epoch, fraction }) =>
      onProgress?.(searched + (1 - searched) * fraction, `evaluation, epoch ${epoch}`),
  });
}

/** In forward passes of an example (DESIGN 2.3). */
function workOf({ learning, data, search }: Config): { searching: number; evaluating: number } {
  const steps = learning.steps * data.examples;
  const kept = Math.floor(search.epochs / search.keepEvery) + 1;
  return { searching: steps * (3 + 11 * search.epochs), evaluating: steps * 5 * kept };
}
