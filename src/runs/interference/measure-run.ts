import { InputError } from "../../base/errors.js";
import { type Floats, largest } from "../../base/floats.js";
import { type Deceleration, measureDeceleration } from "../../curves/deceleration.js";
import type { CurvePoint } from "../../curves/interpolate-curve.js";
import type { Preparation } from "../../data/preparation.js";
import { InterferenceMeter } from "../../measures/interference/interference-meter.js";
import {
  eventsOf,
  measureInterference,
  type StepInterference,
} from "../../measures/interference/measure-interference.js";
import type { Resources } from "../../passes/problem.js";
import { Training } from "../../training/training.js";
import { createPolicy } from "../../training/weighting/create-policy.js";
import type { Config } from "../config/config.js";
import { whileLocked } from "../log/compute-run.js";
import { readConfig } from "../log/read-config.js";
import { openRun } from "../log/run-directory.js";
import { loadPolicy } from "../policy-file.js";
import { rebuildProblem } from "../problem/rebuild-problem.js";
import { loadModel } from "../training/checkpoint.js";
import type { TrainingRun } from "../training/training-kind.js";
import { InterferenceFolder } from "./interference-folder.js";

/** What measuring a training's interference may use, and whom it tells how far it is. */
export interface InterferenceOptions extends Omit<Resources, "dtype">, Preparation {
  /** Steps t; 1, 2, 3, 4, 6, 8, 12, .. by default. */
  readonly steps?: readonly number[];
  /** Examples of training and of test text whose tokens' losses are taken. */
  readonly examples: number;
  /** Tokens of the training text whose gradients are taken; 0 for none. */
  readonly tokens: number;
  /** Steps up to this one are left out where the loss curve is fitted. */
  readonly transient: number;
  /** Called with the number of steps taken, and the share of all work that is done. */
  readonly onProgress?: (step: number, fraction: number) => void;
  /** Called when what was measured about a step is on the disk. */
  readonly onMeasured?: (measured: StepInterference) => void;
}

/** What was measured of a training's interference. */
export interface InterferenceSummary {
  readonly run: string;
  readonly steps: readonly StepInterference[];
  /** Of the run's test curve. */
  readonly deceleration: Deceleration;
  /** The run's test losses, without the transient. */
  readonly curve: readonly CurvePoint[];
  /** Of the kept models that the learning came by: how many, and the largest difference of a parameter from them. */
  readonly kept: { readonly models: number; readonly largestDifference: number };
  /** What this call cost, in gradients of one example: learning again, and measuring. */
  readonly work: { readonly learning: number; readonly measuring: number };
}

/**
 * Measures the interference of a training (DESIGN 2.6). It learns again as the run did, in the run's own order of data, since an
 * optimizer's state is kept of the newest checkpoint alone; the models of the checkpoints that it comes by are compared with.
 * What was measured is kept in the run's directory, and not measured again.
 *
 * @throws InputError if the directory is no training, has learned nothing yet or is computed in, for a step that it did not take,
 *   where the memory does not suffice, and if its data have changed
 */
export async function measureRunInterference(
  directory: string,
  options: InterferenceOptions,
): Promise<InterferenceSummary> {
  const run = openRun(directory, "training");
  const steps = chosenSteps(run, options.steps);
  return whileLocked(directory, async () => {
    const config = readConfig(run);
    const measured = await measure(run, config, steps, options);
    return { run: directory, ...measured, ...decelerationOf(run, options.transient) };
  });
}

/**
 * Whether and where the test loss of a training decelerates.
 *
 * @param transient steps up to this one are left out
 * @throws InputError if the directory is no training
 */
export function runDeceleration(directory: string, transient: number): RunDeceleration {
  const run = openRun(directory, "training");
  return { ...decelerationOf(run, transient), finished: run.finished };
}

/** The deceleration of a training's test loss. */
export interface RunDeceleration extends Pick<InterferenceSummary, "deceleration" | "curve"> {
  /** Steps that it took. */
  readonly finished: number;
}

function decelerationOf(run: TrainingRun, transient: number): Pick<InterferenceSummary, "deceleration" | "curve"> {
  const curve = run
    .readMetrics()
    .filter(({ step }) => step > transient)
    .map(({ step, testLoss }) => ({ step, loss: testLoss }));
  return { deceleration: measureDeceleration(curve), curve };
}

function chosenSteps(run: TrainingRun, chosen: readonly number[] | undefined): number[] {
  const { directory, finished } = run;
  if (finished === 0)
    throw new InputError(`${directory} has no checkpoint yet; continue its training with train --resume`);
  const far = chosen?.find((step) => step >= finished);
  if (far !== undefined)
    throw new InputError(
      `${directory} has a checkpoint of step ${finished} and of none after it: step ${far} cannot be measured; give --steps below ${finished}`,
    );
  return [...new Set(chosen ?? defaultSteps(finished))].sort((a, b) => a - b);
}

/** 1, 2, 3, 4, 6, 8, 12, ..: with every step, twice it. */
function defaultSteps(finished: number): number[] {
  const steps = [];
  for (let step = 1; step < finished; step *= 2) steps.push(step, 3 * step);
  return finished === 1 ? [0] : steps.filter((step) => step < finished);
}

async function measure(
  run: TrainingRun,
  config: Config,
  steps: readonly number[],
  options: InterferenceOptions,
): Promise<Pick<InterferenceSummary, "steps" | "kept" | "work">> {
  const { examples, tokens, device, threads, memory, signal, onBatch, onProgress, onMeasured } = options;
  const settings = { ...config.training!, seed: config.seed };
  const resources = { device, threads, memory, onBatch };
  const { problem } = await rebuildProblem(run, config, options, "the training", "to measure it");
  const folder = new InterferenceFolder(run, { examples, tokens, seed: config.seed }, problem.model, config);
  const known = new Map(steps.map((step) => [step, folder.known(step)]));
  const events = eventsOf(steps, run.finished, (step) => known.get(step)?.measured);
  const kept = { models: 0, largestDifference: 0 };
  if (events.length === 0)
    return { steps: steps.map((step) => known.get(step)!.measured), kept, work: { learning: 0, measuring: 0 } };

  const from = folder.learning(events[0]);
  const created = await createPolicy(settings.policy, problem, settings, {
    ...{ ...resources, signal, readPolicy: loadPolicy },
  });
  // Aborted, it takes the step under way to its end, so that what it comes to can be kept.
  const training = new Training(problem, settings, { ...resources, from, policy: created.policy });
  const meter = new InterferenceMeter(problem, { examples, tokens, seed: config.seed }, { ...resources, signal });
  const workBefore = training.work;
  const learning = () => training.work - workBefore;
  const lastEvent = events[events.length - 1];
  const allWork = (lastEvent - training.steps) * settings.batch + events.length * meter.workOfStep;
  const tell = () => onProgress?.(training.steps, Math.min(1, (learning() + meter.work) / allWork));
  const checkpoints = new Set(run.checkpointSteps());
  let arrived = -1;
  try {
    folder.begin();
    const measured = await measureInterference(training, meter, steps, run.finished, {
      known: (step) => known.get(step),
      onArrival(step) {
        folder.keepLearning(training.state());
        arrived = step;
      },
      onMeasured(measured, losses) {
        folder.keep(measured, 2 * measured.step <= settings.steps ? losses : undefined);
        onMeasured?.(measured);
        tell();
      },
      onStep(step) {
        if (checkpoints.has(step)) {
          const model = loadModel(run.checkpointPaths(step).model, problem.model);
          const { average = training.theta } = training.state();
          kept.models++;
          kept.largestDifference = Math.max(kept.largestDifference, largestDifference(average, model));
        }
        // Of a measurement between two steps, the first is kept.
        if (signal?.aborted && step !== arrived + 1) folder.keepLearning(training.state());
        signal?.throwIfAborted();
        tell();
      },
    });
    folder.finish();
    return { steps: measured, kept, work: { learning: learning() + created.work, measuring: meter.work } };
  } finally {
    await training.release();
    await meter.release();
  }
}

function largestDifference(a: Floats, b: Floats): number {
  return largest(a.map((value, j) => Math.abs(value - b[j])));
}
