import { existsSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { writeFileAtomically } from "../../files/atomic-file.js";
import { toCheckedLines } from "../../files/json-lines.js";
import { baselineCrossing } from "../../measures/acceleration.js";
import { copyPolicy, type Policy } from "../../search/policy.js";
import { type Ending, type SearchEpoch, type SearchState, searchEpochs } from "../../search/search.js";
import type { Progress } from "../../search/search-progress.js";
import type { Phase } from "../../search/stopwatch.js";
import type { Config } from "../config/config.js";
import { type ComputeRunOptions, computeRun } from "../log/compute-run.js";
import { measuredOn } from "../log/facts.js";
import { Timings } from "../log/timings.js";
import { loadPolicy, savePolicy } from "../policy-file.js";
import type { BuiltProblem } from "../problem/build-problem.js";
import { BASELINE, bestEpoch, type EpochMetrics, readBaseline } from "./epoch-metrics.js";
import { testMetrics, zeroShares } from "./policy-metrics.js";
import { ENDING, type SearchRun } from "./search-kind.js";
import { readSearchState, stateFiles, writeSearchState } from "./search-state-file.js";

/** What a search found. Areas and losses in nats. */
export interface SearchSummary {
  readonly run: string;
  /** P. */
  readonly parameters: number;
  readonly epochs: readonly (EpochMetrics & { readonly seconds: EpochSeconds })[];
  /** Conventional learning. */
  readonly baseline: EpochMetrics;
  /** Why it ended. */
  readonly ending: Ending;
  /** Whether its test loss falls to the end; where it does not, no policy has an acceleration. */
  readonly baselineFalls: boolean;
  /** The epoch whose area on validation examples is smallest, and the file of its policy. */
  readonly best: EpochMetrics & { readonly policy: string };
}

/** What a search may use, and whom it tells how far it is. */
export interface SearchRunOptions extends ComputeRunOptions {
  /** Called when the data is there and the run begins. */
  readonly onStart?: (facts: { readonly parameters: number; readonly outcomes: number }) => void;
  /** Called after every step of a trajectory or of a costate. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called when an epoch is on the disk. */
  readonly onEpoch?: (metrics: EpochMetrics) => void;
}

/** States of quick epochs are not written more often than this; a killed run computes the epochs since then again. */
const SECONDS_BETWEEN_SAVES = 5;

/** And not more often than so many times the seconds that writing one took. */
const SAVING_SHARE = 10;

const Endings: z.ZodType<{ readonly ending: Ending }> = z.object({
  ending: z.enum(["epochs", "gap", "patience", "converged"]),
});

/**
 * Searches for the optimal policy of a configuration, keeping everything in a run directory. Killed at any moment, it
 * can be resumed and ends with the same policies and metrics as if it had never stopped. A new run that fails before
 * its first epoch is finished leaves no directory: with another configuration it can be started there at once.
 * Throws InputError for a configuration, data or directory that cannot be used, and where learning diverges.
 */
export async function runSearch(
  config: Config,
  directory: string,
  options: SearchRunOptions = {},
): Promise<SearchSummary> {
  if (config.training !== undefined)
    throw new InputError("a search is over full-batch learning; leave the section training out of its configuration");
  return computeRun("search", config, directory, options, (run, built) => finish(run, config, built, options));
}

async function finish(
  run: SearchRun,
  config: Config,
  built: BuiltProblem,
  options: SearchRunOptions,
): Promise<SearchSummary> {
  options.onStart?.({ parameters: built.problem.start.length, outcomes: built.problem.model.outcomes });
  await new SearchRecorder(run, config, built, options).finish();
  return summarise(run, built.problem.start.length);
}

/** A search under way, which writes down in its run directory what it finds. */
class SearchRecorder {
  private readonly metrics: EpochMetrics[];
  private readonly perturbed: readonly boolean[];
  private readonly timings: Timings<EpochSeconds>;
  private baseline: Float64Array | undefined;
  private best: { epoch: number; policy: Policy } | undefined;
  private savedAt = performance.now();
  private savingSeconds = 0;
  /** The last epoch that is measured but not yet declared finished. */
  private unsaved: SearchEpoch | undefined;
  private saved: SearchState | undefined;

  constructor(
    private readonly run: SearchRun,
    private readonly config: Config,
    private readonly built: BuiltProblem,
    private readonly options: SearchRunOptions,
  ) {
    this.metrics = run.readMetrics();
    this.timings = timingsOf(run);
    this.perturbed = built.origins.map((origin) => origin.perturbed);
  }

  async finish(): Promise<void> {
    const { run, config, built, options } = this;
    if (existsSync(run.path(ENDING))) return this.removeUnneeded();
    if (run.nextEpoch > 0) this.goOn();
    this.removeUnneeded();
    this.timings.cutLastLine();
    const epochs = searchEpochs(built.problem, { ...config.search, ...options, seed: config.seed, from: this.saved });
    try {
      for (;;) {
        const { value, done } = await epochs.next();
        if (done) return this.end(value);
        this.record(value);
      }
    } catch (error) {
      // Interrupted: what is measured is worth keeping, even where the next save was not due.
      if (this.unsaved !== undefined) this.save(this.unsaved);
      throw error;
    } finally {
      await epochs.return("epochs");
    }
  }

  private goOn(): void {
    const { run, config, built } = this;
    const shape = { steps: config.learning.steps, examples: built.problem.train.count };
    this.baseline = readBaseline(run);
    const best = bestEpoch(this.metrics).epoch;
    this.best = { epoch: best, policy: loadPolicy(run.policyPath(best), shape) };
    this.saved = readSearchState(run, run.nextEpoch - 1, shape);
  }

  private record(result: SearchEpoch): void {
    const { epoch, policy, seconds } = result;
    const { run, config } = this;
    // If this fails half way, the metrics are ahead of the last epoch: only the last save is a state to return to.
    this.unsaved = undefined;
    if (epoch === 0) {
      this.baseline = result.testCurve;
      const measured = { testCurve: [...result.testCurve], measuredOn: measuredOn(this.built.problem) };
      writeFileAtomically(run.path(BASELINE), toCheckedLines([measured]));
    }
    const metrics = this.measure(result);
    this.metrics.push(metrics);
    run.appendMetrics(metrics);
    this.timings.note(epoch, seconds);

    if (bestEpoch(this.metrics).epoch === epoch) this.best = { epoch, policy: copyPolicy(policy, this.best?.policy) };
    if (epoch % config.search.keepEvery === 0) this.write(epoch, policy);
    this.unsaved = result;
    const secondsSince = (performance.now() - this.savedAt) / 1000;
    const due = secondsSince > Math.max(SECONDS_BETWEEN_SAVES, SAVING_SHARE * this.savingSeconds);
    if (due || epoch === config.search.epochs || config.search.keepEvery === 1) this.save(result);
    this.options.onEpoch?.(metrics);
  }

  private measure({ epoch, policy, area, validationArea, testCurve, ...found }: SearchEpoch): EpochMetrics {
    const { gap, gapByStretch, trials, cost } = found;
    return {
      ...{ epoch, area, validationArea },
      ...testMetrics(testCurve, epoch === 0 ? undefined : this.baseline!, this.built.problem.model.outcomes),
      ...zeroShares(policy, this.perturbed),
      ...{ gap, gapByStretch, trials, cost },
    };
  }

  /** Writes what `--resume` needs to continue after this epoch, then declares it finished. */
  private save({ epoch, state }: SearchEpoch): void {
    const begun = performance.now();
    this.saved = state();
    this.write(epoch, this.saved.policy);
    this.write(this.best!.epoch, this.best!.policy);
    writeSearchState(this.run, this.saved);
    this.run.writeState(epoch + 1);
    this.removeUnneeded();
    this.unsaved = undefined;
    this.savedAt = performance.now();
    this.savingSeconds = (this.savedAt - begun) / 1000;
  }

  private end(ending: Ending): void {
    if (this.unsaved !== undefined) this.save(this.unsaved);
    writeFileAtomically(this.run.path(ENDING), toCheckedLines([{ ending }]));
    this.saved = undefined;
    this.removeUnneeded();
  }

  private write(epoch: number, policy: Policy): void {
    const path = this.run.policyPath(epoch);
    if (!existsSync(path)) savePolicy(path, policy);
  }

  /** Keeps the policies of every k-th epoch, the best and the newest; what a killed run left beside them goes. */
  private removeUnneeded(): void {
    const { keepEvery } = this.config.search;
    const newest = Math.max(0, this.run.nextEpoch - 1);
    const kept = new Set([newest, this.metrics.length > 0 ? bestEpoch(this.metrics).epoch : newest]);
    for (let epoch = 0; epoch <= newest; epoch += keepEvery) kept.add(epoch);
    this.run.keepPolicies(kept, this.saved === undefined ? [] : stateFiles(this.run, this.saved));
  }
}

type EpochSeconds = Readonly<Record<Phase, number>>;

function timingsOf(run: SearchRun): Timings<EpochSeconds> {
  const seconds = z.number().min(0);
  const phases: Record<Phase, z.ZodType<number>> = {
    ...{ trajectory: seconds, costate: seconds, projection: seconds, evaluation: seconds },
  };
  return new Timings<EpochSeconds>(run, "epoch", z.object(phases));
}

function summarise(run: SearchRun, parameters: number): SearchSummary {
  const metrics = run.readMetrics();
  const seconds = timingsOf(run).of(metrics.map(({ epoch }) => epoch));
  const best = bestEpoch(metrics);
  return {
    run: run.directory,
    parameters,
    epochs: metrics.map((epoch, i) => ({ ...epoch, seconds: seconds[i] })),
    baseline: metrics[0],
    ...run.read(ENDING, Endings),
    baselineFalls: baselineCrossing(readBaseline(run)) !== undefined,
    best: { ...best, policy: run.policyPath(best.epoch) },
  };
}
