import { interpolateCurve } from "../curves/interpolate-curve.js";
import { InputError } from "../errors.js";
import { compressionRatio } from "../law/compression-ratio.js";
import { mean } from "../learning/passes.js";
import { type Evaluation, type TrainingState, train } from "../learning/training.js";
import type { BuiltProblem } from "./build-problem.js";
import { loadCheckpoint, saveCheckpoint } from "./checkpoint.js";
import { type ComputeRunOptions, computeRun } from "./compute-run.js";
import type { Config } from "./config.js";
import type { Run } from "./run-directory.js";

/** Losses and areas on test, in nats. */
export interface TrainingSummary {
  readonly run: string;
  /** P. */
  readonly parameters: number;
  /** Predictions learned from: tokens that are not padding. */
  readonly tokens: number;
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
}

export interface TrainRunOptions extends Omit<ComputeRunOptions, "dtype"> {
  /** Called when the data is there and the training begins. */
  readonly onStart?: (facts: { readonly parameters: number; readonly outcomes: number }) => void;
  readonly onStep?: (step: number) => void;
  readonly onEvaluation?: (evaluation: Evaluation) => void;
}

/**
 * Trains as the configuration's section `training` says, in a run directory: its evaluations in curve.jsonl, its newest
 * checkpoint in checkpoints/. Killed at any moment it can be resumed from that checkpoint, and aborted from the step
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
  return computeRun("training", config, directory, options, async (run, built) => {
    const { model, start } = built.problem;
    options.onStart?.({ parameters: start.length, outcomes: model.outcomes });
    await finish(run, config, built, options);
    return summarise(run, config, built);
  });
}

/** Trains on from the newest checkpoint, if there is one, to the last step. */
async function finish(run: Run, config: Config, { problem }: BuiltProblem, options: TrainRunOptions): Promise<void> {
  const { onStep, onEvaluation, signal, device, threads, memory } = options;
  const settings = { ...config.training!, seed: config.seed };
  const { model } = problem;
  // What a killed process wrote and did not come to declare finished would be there beside the last checkpoint.
  run.keepCheckpoint(run.finished);
  const from =
    run.finished === 0
      ? undefined
      : loadCheckpoint(run.checkpointPaths(run.finished), run.finished, model, settings.average !== null);
  const save = (state: TrainingState) => {
    saveCheckpoint(run.checkpointPaths(state.step), state, model, config);
    run.writeState(state.step);
    run.keepCheckpoint(state.step);
  };
  await train(problem, settings, {
    ...{ device, threads, memory, signal, from, onStep },
    onCheckpoint: save,
    onEvaluation: (evaluation) => {
      run.appendMetrics(evaluation);
      onEvaluation?.(evaluation);
    },
  });
}

/** The evaluations of a training so far. */
export function readTrainingCurve(run: Run): Evaluation[] {
  return run.readMetrics() as unknown as Evaluation[];
}

function summarise(run: Run, config: Config, { problem }: BuiltProblem): TrainingSummary {
  const curve = readTrainingCurve(run);
  const testCurve = interpolateCurve(curve.map(({ step, testLoss }) => ({ step, loss: testLoss })));
  const testArea = mean(testCurve);
  const last = curve[curve.length - 1];
  return {
    run: run.directory,
    parameters: problem.start.length,
    tokens: last.tokens,
    testArea,
    compressionRatio: compressionRatio(testArea, problem.model.outcomes),
    finalTestLoss: last.testLoss,
    lowestTestLoss: Math.min(...curve.map(({ testLoss }) => testLoss)),
    checkpoint: run.checkpointPaths(config.training!.steps).model,
    testCurve,
  };
}
