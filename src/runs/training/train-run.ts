import { InputError } from "../../base/errors.js";
import type { CostAt } from "../../measures/cost-to-reach.js";
import type { Evaluation } from "../../training/evaluator.js";
import { train } from "../../training/train.js";
import type { TrainingState } from "../../training/training.js";
import { createPolicy } from "../../training/weighting/create-policy.js";
import type { Config } from "../config/config.js";
import { type ComputeRunOptions, computeRun } from "../log/compute-run.js";
import { measuredOn } from "../log/facts.js";
import type { MeasuredOn } from "../log/measured-on.js";
import { loadPolicy } from "../policy-file.js";
import type { BuiltProblem } from "../problem/build-problem.js";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.js";
import { TrainingClock } from "./training-clock.js";
import { lossesOf, readCosts } from "./training-curve.js";
import type { TrainingRun } from "./training-kind.js";

/** Losses and areas on test, in nats. */
export interface TrainingSummary {
  readonly run: string;
  /** P. */
  readonly parameters: number;
  /** Predictions learned from: tokens that are not padding. */
  readonly tokens: number;
  /** What it cost in gradients of one example, measuring for the policy included. */
  readonly work: number;
  /** The same in seconds, evaluation aside. */
  readonly seconds: number;
  /** The mean over the steps of the test curve. */
  readonly testArea: number;
  readonly compressionRatio: number;
  readonly finalTestLoss: number;
  /** The lowest that was measured. */
  readonly lowestTestLoss: number;
  /** The file of the model after the last step. */
  readonly checkpoint: string;
  /** The test loss after step 1 .. T: measured at the steps of curve.jsonl, on straight lines between them. */
  readonly testCurve: Float64Array;
  /** The test loss, and what it had cost, at every evaluation. */
  readonly costs: readonly CostAt[];
  /** What the test losses depend on: those of two runs compare where it is the same. */
  readonly measuredOn: MeasuredOn;
}

/** What a training may use, and whom it tells how far it is. */
export interface TrainRunOptions extends Omit<ComputeRunOptions, "dtype"> {
  /** Called when the data is there and the training begins. */
  readonly onStart?: (facts: {
    readonly parameters: number;
    readonly outcomes: number;
    readonly measuredOn: MeasuredOn;
  }) => void;
  /** Called while what a policy needs to know beforehand is computed, with the share that is done. */
  readonly onPreparation?: (fraction: number) => void;
  /** Called with the number of steps taken. */
  readonly onStep?: (step: number) => void;
  /** Called when an evaluation is in the run directory. */
  readonly onEvaluation?: (evaluation: Evaluation) => void;
}

/**
 * Trains as the configuration's section `training` says, in a run directory: its evaluations in curve.jsonl, its models
 * and the newest state in checkpoints/. Killed at any moment it can be resumed from the newest, and aborted from the step
 * under way; it ends with the same bytes as if it had never stopped.
 *
 * @throws InputError for a configuration, data or directory that cannot be used, and where the training diverges
 */
export async function runTraining(
  config: Config,
  directory: string,
  options: TrainRunOptions = {},
): Promise<TrainingSummary> {
  if (config.training === undefined)
    throw new InputError("the configuration has no section training; set training.optimizer=adamw for its defaults");
  // Before the data are read.
  refuseLargeBatch(config);
  return computeRun("training", config, directory, options, async (run, built) => {
    const { model, start } = built.problem;
    options.onStart?.({ parameters: start.length, outcomes: model.outcomes, measuredOn: measuredOn(built.problem) });
    await finish(run, config, built, options);
    return summarise(run, config, built);
  });
}

/** A batch with an example twice would be a pass over all of the examples, and more of it, in one step. */
function refuseLargeBatch({ training, data: { examples } }: Config): void {
  const { batch } = training!;
  if (batch > examples)
    throw new InputError(
      `training.batch is ${batch}, and data.examples, of which a batch takes each at most once, is ${examples}; lower ` +
        `training.batch to ${examples} at most`,
    );
}

/** Trains on from the newest checkpoint, if there is one, to the last step. */
async function finish(
  run: TrainingRun,
  config: Config,
  { problem }: BuiltProblem,
  options: TrainRunOptions,
): Promise<void> {
  const { onStep, onEvaluation, onBatch, signal, device, threads, memory } = options;
  const settings = { ...config.training!, seed: config.seed };
  const { model } = problem;
  // What a killed process wrote and did not come to declare finished would be there beside the last checkpoint.
  run.keepCheckpoint(run.finished, settings.checkpointEvery);
  if (run.finished === settings.steps) return;
  const from =
    run.finished === 0
      ? undefined
      : loadCheckpoint(run.checkpointPaths(run.finished), run.finished, model, settings.average !== null);
  const save = (state: TrainingState) => {
    saveCheckpoint(run.checkpointPaths(state.step), state, model, config);
    run.writeState(state.step);
    run.keepCheckpoint(state.step, settings.checkpointEvery);
  };
  const began = performance.now();
  const { policy, work } = await createPolicy(settings.policy, problem, settings, {
    ...{ device, threads, memory, signal, onBatch, onProgress: options.onPreparation, readPolicy: loadPolicy },
  });
  const clock = new TrainingClock(run, (performance.now() - began) / 1000);
  await train(problem, settings, {
    ...{ device, threads, memory, signal, onBatch, from, policy },
    onStep: (step, seconds) => {
      clock.add(seconds);
      onStep?.(step);
    },
    onCheckpoint: (state) => {
      clock.note(state.step);
      save(state);
    },
    onEvaluation: (evaluation) => {
      clock.note(evaluation.step);
      run.appendMetrics({ ...evaluation, work: evaluation.work + work });
      onEvaluation?.(evaluation);
    },
  });
}

function summarise(run: TrainingRun, config: Config, { problem }: BuiltProblem): TrainingSummary {
  const costs = readCosts(run);
  const { testCurve, ...losses } = lossesOf(costs, problem.model.outcomes);
  const last = costs[costs.length - 1];
  return {
    run: run.directory,
    parameters: problem.start.length,
    tokens: last.tokens,
    work: last.work,
    seconds: last.seconds,
    ...losses,
    checkpoint: run.checkpointPaths(config.training!.steps).model,
    testCurve,
    costs,
    measuredOn: measuredOn(problem),
  };
}
