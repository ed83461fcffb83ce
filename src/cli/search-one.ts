import type { Config } from "../runs/config/config.js";
import type { EpochMetrics } from "../runs/search/epoch-metrics.js";
import type { SearchSummary } from "../runs/search/search-run.js";
import type { CommandContext } from "./command.js";
import { modelSize, percent, speed } from "./format.js";
import type { ResourceOptions } from "./options.js";
import { FIRST_STEP, type ProgressBar } from "./progress-bar.js";
import { type Place, part, placed } from "./seeds.js";

/** Searches in a run directory, and shows on the bar how far it is; of several seeds, how far all of them are. */
export async function searchOne(
  config: Config,
  directory: string,
  options: ResourceOptions & { readonly resume?: boolean; readonly signal: AbortSignal },
  bar: ProgressBar,
  place?: Place,
): Promise<SearchSummary> {
  const { runSearch } = await import("../runs/search/search-run.js");
  const { epochs } = config.search;
  let size = "";
  let running = false;
  return runSearch(config, directory, {
    ...options,
    ...bar.beginning(part(0, place), (doing) => placed(doing, place)),
    onStart: (facts) => {
      size = modelSize(facts);
      bar.stage(part(0, place), placed(FIRST_STEP, place));
    },
    onProgress: ({ fraction, epoch, phase, step, steps }) => {
      // Only now is it certain that there is a run: all that can be wrong with the input has been looked at.
      if (!running) bar.log(`run ${directory}: ${size}`);
      running = true;
      const what = phase === "trajectory" ? "learning" : "costate";
      bar.update(part(fraction, place), placed(`epoch ${epoch}/${epochs} ${what} ${step}/${steps}`, place));
    },
    onEpoch: (metrics) => bar.log(epochLine(metrics, epochs)),
  });
}

/** Evaluates a finished run and draws its report; returns the path. */
export async function measureAndDraw(
  { compute }: CommandContext,
  directory: string,
  resources: ResourceOptions,
  howToGoOn: () => string,
  place?: Place,
): Promise<string> {
  await compute(howToGoOn, async (signal, bar) => {
    const { evaluateRun } = await import("../runs/evaluation/evaluate-run.js");
    await evaluateRun(directory, {
      ...{ ...resources, signal, ...bar.beginning(part(0, place), (doing) => placed(doing, place)) },
      onProgress: ({ fraction, epoch, step, steps }) =>
        bar.update(part(fraction, place), placed(`measuring the policy of epoch ${epoch} ${step}/${steps}`, place)),
    });
  });
  const { writeReport } = await import("../report/report.js");
  return writeReport(directory).out;
}

/** At most 80 columns, as terminals have. */
function epochLine({ epoch, area, testArea, acceleration, zeroShare }: EpochMetrics, epochs: number): string {
  const nats = (value: number) => value.toFixed(value < 10 ? 4 : 3);
  const name = epoch === 0 ? "conventional" : `epoch ${epoch}/${epochs}`.padEnd(12);
  const areas = `${name}  area ${nats(area)}  test ${nats(testArea)}`;
  if (epoch === 0) return areas;
  return `${areas}  acceleration ${speed(acceleration)}  zero weights ${percent(zeroShare)}`;
}
