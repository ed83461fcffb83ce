import { type OverSeeds, seedsThatHave } from "../measures/over-seeds.js";
import type { Config } from "../runs/config/config.js";
import type { SearchSummary } from "../runs/search/search-run.js";
import type { OfSeed } from "../runs/seeds/run-seeds.js";
import { type SearchOverSeeds, searchOverSeeds } from "../runs/seeds/search-seeds.js";
import type { CommandContext } from "./command.js";
import { duration, percent } from "./format.js";
import type { ResourceOptions } from "./options.js";
import { howToGoOn } from "./requested-config.js";
import { measureAndDraw, searchOne } from "./search-one.js";
import { intervalsLine, medianText, pairedLine } from "./seeds.js";

/** Searches with several seeds. Areas and losses in nats. */
export interface SearchedSeeds {
  /** The folder of all of them. */
  readonly run: string;
  readonly seeds: readonly number[];
  readonly runs: readonly OfSeed<SearchSummary>[];
  readonly overSeeds: SearchOverSeeds;
  /** Of all of them, where it is asked for. */
  readonly report?: string;
}

/** What is searched with, and whether each search is measured and drawn. */
interface SearchSeedsOptions {
  readonly count: number;
  readonly resume: boolean;
  readonly report: boolean;
  readonly resources: ResourceOptions;
}

/** `search --seeds`: one search after the other, and what they say together. */
export async function searchSeeds(
  context: CommandContext,
  config: Config,
  directory: string,
  { count, resume, report, resources }: SearchSeedsOptions,
): Promise<SearchedSeeds> {
  const started = performance.now();
  const goOn = howToGoOn(context, directory, { seeds: count });
  const runs = await context.compute(goOn, async (signal, bar) => {
    const { runSeeds } = await import("../runs/seeds/run-seeds.js");
    return runSeeds("search", config, directory, { count, resume, signal }, (turn) =>
      searchOne(turn.config, turn.directory, { ...resources, resume: turn.resume, signal }, bar, turn),
    );
  });
  const searched = { run: directory, seeds: runs.map(({ seed }) => seed), runs, overSeeds: searchOverSeeds(runs) };
  context.say(inPlainWords(searched, (performance.now() - started) / 1000));
  if (!report) return searched;
  for (const [before, { run }] of runs.entries())
    await measureAndDraw(context, run, resources, goOn, { before, count });
  const { writeSeedsReport } = await import("../report/index.js");
  return { ...searched, report: writeSeedsReport(directory).out };
}

function inPlainWords({ run, runs, seeds, overSeeds }: SearchedSeeds, seconds: number): string[] {
  const { acceleration, zeroShare, zeroPerturbedShare, ...paired } = overSeeds;
  const [first, last] = [seeds[0], seeds[seeds.length - 1]];
  const perturbed = zeroPerturbedShare.values.every((value) => value === null)
    ? ""
    : `, of these on perturbed examples ${medianText(zeroPerturbedShare, percent)}`;
  return [
    "",
    accelerationText(acceleration, runs),
    ...Object.entries(paired).map(([name, quantity]) => pairedLine(name, quantity)),
    `Zero weights: ${medianText(zeroShare, percent)}${perturbed}.`,
    intervalsLine(seeds.length),
    `Seeds ${first} to ${last}, ${duration(seconds)}. Each is a run of its own, ${run}/seed-${first} to ${run}/seed-${last}.`,
  ];
}

function accelerationText({ values, median, interval }: OverSeeds, runs: SearchedSeeds["runs"]): string {
  if (median !== null && interval !== null)
    return `Under the best policy learning reaches the final test loss of conventional learning ${median.toFixed(2)} times sooner (median of ${values.length} seeds, 95% interval ${interval.map((end) => end.toFixed(2)).join(" to ")}).`;
  const rising = runs.filter(({ baselineFalls }) => !baselineFalls).length;
  const reached = seedsThatHave({ values });
  const without = rising === 0 ? "" : ` In ${rising} the test loss of conventional learning does not fall to its end.`;
  return `Under the best policy ${reached} of ${values.length} seeds reach the final test loss of conventional learning, so that there is no interval.${without}`;
}
