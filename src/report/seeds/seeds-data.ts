import { basename, resolve } from "node:path";
import { InputError } from "../../base/errors.js";
import type { CostAt } from "../../measures/cost-to-reach.js";
import { openFinishedRun } from "../../runs/evaluation/evaluate-run.js";
import { evaluatedEpochs, readSteps, testCurve } from "../../runs/evaluation/evaluation.js";
import { readFacts } from "../../runs/log/facts.js";
import { bestEpoch, type EpochMetrics, readBaseline } from "../../runs/search/epoch-metrics.js";
import { baselineSeeds } from "../../runs/seeds/baseline-seeds.js";
import { type SearchOverSeeds, searchOverSeeds } from "../../runs/seeds/search-seeds.js";
import { readSeeds, seedDirectory } from "../../runs/seeds/seeds-folder.js";
import {
  type ComparedOverSeeds,
  compareOverSeeds,
  type TrainOverSeeds,
  trainOverSeeds,
} from "../../runs/seeds/train-seeds.js";
import { compareWithBaseline, readBaselineCosts, refuseOtherTest } from "../../runs/training/baseline.js";
import { openFinishedTraining } from "../../runs/training/finished-training.js";
import { lossesOf, readCosts } from "../../runs/training/training-curve.js";

/** A search of one of several seeds. */
export interface SearchedSeed {
  readonly seed: number;
  readonly metrics: readonly EpochMetrics[];
  readonly baseline: EpochMetrics;
  readonly best: EpochMetrics;
  /** Test loss after step 1 .. T, in nats; of the best policy undefined where it was not evaluated. */
  readonly conventionalCurve: Float64Array;
  readonly bestCurve: Float64Array | undefined;
}

/** Searches with several seeds. */
export interface SearchSeedsData {
  readonly command: "search";
  /** The name of the folder. */
  readonly name: string;
  /** The configuration of the first seed. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly runs: readonly SearchedSeed[];
  readonly overSeeds: SearchOverSeeds;
}

/** A training of one of several seeds. */
export interface TrainedSeed {
  readonly seed: number;
  readonly costs: readonly CostAt[];
}

/** Trainings with several seeds, and those of the same seeds that they are compared with. */
export interface TrainSeedsData {
  readonly command: "train";
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly runs: readonly TrainedSeed[];
  readonly overSeeds: TrainOverSeeds;
  readonly baseline?: {
    readonly name: string;
    readonly runs: readonly TrainedSeed[];
    readonly comparison: ComparedOverSeeds;
  };
}

/** Everything that a report of several seeds shows. */
export type SeedsReportData = SearchSeedsData | TrainSeedsData;

/**
 * Reads the runs of a folder of seeds.
 *
 * @param others of trainings, at most one folder of the same seeds, the baseline
 * @throws InputError if a run is missing, unfinished or damaged, or if the baseline does not compare
 */
export function readSeedsReportData(directory: string, others: readonly string[] = []): SeedsReportData {
  const { command, seeds, config } = readSeeds(directory);
  const about = { name: basename(resolve(directory)), config };
  if (command === "search") {
    if (others.length > 0)
      throw new InputError(`${directory} holds seeds of search, which are compared with no other run`);
    const runs = seeds.map((seed) => readSearched(directory, seed));
    return { command, ...about, runs, overSeeds: searchOverSeeds(runs) };
  }
  if (others.length > 1)
    throw new InputError("trainings with several seeds are compared with one folder of the same seeds");
  const runs = seeds.map((seed) => readTrained(seedDirectory(directory, seed), seed));
  const trained = { command, ...about, runs, overSeeds: trainOverSeeds(runs) };
  return others.length === 0 ? trained : { ...trained, baseline: readCompared(others[0], runs) };
}

function readSearched(directory: string, seed: number): SearchedSeed {
  const run = openFinishedRun(seedDirectory(directory, seed));
  const metrics = run.readMetrics();
  const best = bestEpoch(metrics);
  const evaluated = evaluatedEpochs(run).includes(best.epoch);
  return {
    ...{ seed, metrics, best, baseline: metrics[0] },
    conventionalCurve: readBaseline(run),
    bestCurve: evaluated ? testCurve(readSteps(run, best.epoch), best.finalTestLoss) : undefined,
  };
}

function readTrained(directory: string, seed: number) {
  const run = openFinishedTraining(directory);
  const costs = readCosts(run);
  const facts = readFacts(run);
  return { seed, costs, facts, ...lossesOf(costs, facts.outcomes) };
}

function readCompared(path: string, runs: readonly ReturnType<typeof readTrained>[]): TrainSeedsData["baseline"] {
  const directories = baselineSeeds(
    path,
    runs.map(({ seed }) => seed),
  );
  const baselines = directories.map(readBaselineCosts);
  for (const [i, { facts }] of runs.entries())
    if (facts.measuredOn !== undefined) refuseOtherTest(directories[i], facts.measuredOn);
  const compared = runs.map((run, i) => ({
    ...run,
    outcomes: run.facts.outcomes,
    comparison: compareWithBaseline(run.costs, baselines[i]),
  }));
  return {
    name: basename(resolve(path)),
    runs: baselines.map((costs, i) => ({ costs, seed: runs[i].seed })),
    comparison: compareOverSeeds(compared, baselines),
  };
}
