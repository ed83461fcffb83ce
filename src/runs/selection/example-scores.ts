import { type Floats, floats, floatType, mean } from "../../base/floats.js";
import { scheduledRates } from "../../descent/learning-rates.js";
import { predictionsOf } from "../../models/model.js";
import type { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import type { LearningProblem } from "../../passes/problem.js";
import type { Config } from "../config/config.js";
import { loadModel } from "../training/checkpoint.js";
import type { TrainingRun } from "../training/training-kind.js";
import { checkpointDirections } from "./checkpoint-directions.js";
import { CALIBRATION } from "./run-scorer.js";

/** What a training run's models say of its examples. */
export interface ExampleScores {
  /** Contributions, see `exampleScores`. */
  readonly score: Float64Array;
  /** l_n at the newest checkpoint, nats per token. */
  readonly loss: Floats;
  /** How much lower that is than at the first checkpoint that the run keeps; undefined where it keeps one alone. */
  readonly lossDrop?: Float64Array;
}

/** Batches between one report of progress and the next. */
const BATCHES = 8;

/**
 * Scores the training examples of a run at its checkpoints k (DESIGN 2.9): the contributions c = < d, grad l_n(theta) > that
 * `select` scores by, here from a forward pass with tangents, exact and for models of any data. A step there moves theta by
 * -eta d, so each counts by its learning rate, as in TracInCP (Pruthi et al. 2020, section 3.3), in units of the mean
 * absolute contribution of the first examples, which are `select`'s too:
 *
 *   score_n = sum_k eta_k c_kn / mean |c_k|  /  sum_k eta_k
 *
 * @param steps of the checkpoints, the newest the last
 * @param onProgress told how much is done, from 0 to 1; what it throws ends the work
 * @throws InputError for a checkpoint that cannot be read or is of another model
 */
export async function exampleScores(
  run: TrainingRun,
  config: Config,
  problem: LearningProblem,
  steps: readonly number[],
  engine: Engine,
  onProgress: (fraction: number) => void = () => {},
): Promise<ExampleScores> {
  const { model, train } = problem;
  const settings = config.training!;
  const examples = new Passes(engine, train);
  const kept = run.checkpointSteps();
  const measured = kept.length > 1 ? [run.finished, kept[0]] : [run.finished];
  // In forward passes an example: with tangents it is three.
  const total = 3 * steps.length + measured.length;
  let done = 0;
  /** Goes through all examples in order. */
  const pass = async (cost: number, portion: (rows: Int32Array) => Promise<void>) => {
    const most = BATCHES * examples.batchSize;
    for (let start = 0; start < train.count; start += most) {
      onProgress((done + (cost * start) / train.count) / total);
      await portion(Int32Array.from({ length: Math.min(most, train.count - start) }, (_, i) => start + i));
    }
    done += cost;
  };

  const rate = scheduledRates(settings.schedule, { ...settings, length: predictionsOf(model) });
  const rates = steps.map((step) => rate(step - 1));
  const ofAllRates = rates.reduce((sum, value) => sum + value, 0);
  const score = new Float64Array(train.count);
  let k = 0;
  for await (const { theta, direction } of checkpointDirections(run, config, problem, steps, engine)) {
    const contributions = floats(floatType(theta), train.count);
    await pass(3, (rows) => examples.tangent(theta, direction, contributions, rows));
    const scale = mean(Float64Array.from(contributions.subarray(0, CALIBRATION), Math.abs));
    // Where no example contributes anything, none has a score.
    const share = scale === 0 ? 0 : rates[k] / ofAllRates / scale;
    for (let n = 0; n < train.count; n++) score[n] += share * contributions[n];
    k += 1;
  }

  const losses: Floats[] = [];
  for (const step of measured) {
    const theta = loadModel(run.checkpointPaths(step).model, model);
    const values = floats(floatType(theta), train.count);
    await pass(1, (rows) => examples.rowsLosses(theta, rows, values.subarray(rows[0], rows[0] + rows.length)));
    losses.push(values);
  }
  const [loss, first] = losses;
  return { score, loss, lossDrop: first && Float64Array.from(first, (before, n) => before - loss[n]) };
}
