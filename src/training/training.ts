import { type Examples, predictions } from "../data/examples.js";
import { clipByNorm } from "../descent/gradient-clipping.js";
import { AdamW } from "../descent/optimizers/adamw.js";
import type { Optimizer, OptimizerState } from "../descent/optimizers/optimizer.js";
import { Sgd } from "../descent/optimizers/sgd.js";
import { scheduledRate } from "../descent/schedules.js";
import { type Floats, floats, Passes } from "../passes/passes.js";
import { DEFAULT_MEMORY, type LearningProblem, type Resources } from "../passes/problem.js";
import { type FloatType, Programs } from "../passes/programs.js";
import { BATCH_SHARE } from "../search/learning-process.js";
import type { Schedule } from "../search/trajectory.js";
import { diverged } from "./divergence.js";
import { MiniBatches } from "./mini-batches.js";
import { MovingAverage } from "./moving-average.js";
import type { TrainingSettings } from "./training-settings.js";
import { ContributionMeter, desiredDraw } from "./weighting/contribution-meter.js";
import type { OnlinePolicy, PolicyState } from "./weighting/online-policy.js";
import { Uniform } from "./weighting/uniform.js";
import { WeightedGradient } from "./weighting/weighted-gradient.js";

export type TrainingProblem = Omit<LearningProblem, keyof Schedule>;

/** Losses in nats, of the moving average of theta where it is on. */
export interface Evaluation {
  readonly step: number;
  /** Predictions learned from so far: tokens that are not padding. */
  readonly tokens: number;
  /** What these steps cost, measuring for a policy included, in gradients of one example. */
  readonly work: number;
  readonly validationLoss: number;
  readonly testLoss: number;
  /** Of the step that was taken last; 0 before the first. */
  readonly learningRate: number;
}

/** Where a training stands: all that going on from there needs. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number;
  readonly theta: Floats;
  /** The moving average; undefined where it is off. */
  readonly average: Floats | undefined;
  readonly optimizer: OptimizerState;
  /** Of the policy, and of what is measured for it. */
  readonly weighting: PolicyState;
}

export interface TrainingOptions extends Resources {
  /** Weighs the examples of every batch; by default all weigh the same. */
  readonly policy?: OnlinePolicy;
  /** Goes on from here as if it had never stopped, bit for bit. */
  readonly from?: TrainingState;
  /** Before the first step, every `evaluateEvery` steps and after the last. */
  readonly onEvaluation?: (evaluation: Evaluation) => void;
  /** Every `checkpointEvery` steps, after the last, and where it is aborted. The state's arrays are the training's own. */
  readonly onCheckpoint?: (state: TrainingState) => void;
  /** With the seconds that the step took, evaluation aside. */
  readonly onStep?: (step: number, seconds: number) => void;
  /** Aborting it ends the training after the step under way: it shows its state and throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a model: in every step t = 0 .. T - 1 a batch of B examples in a seeded order, its gradient
 * g = sum_i w_i grad l_i(theta[t]) with the weights w of the policy, conventionally 1/B, clipped, and the optimizer's
 * update at the schedule's learning rate.
 *
 * @returns the state after the last step
 * @throws InputError where learning diverges, and where the policy's weights are no distribution
 */
export async function train(
  problem: TrainingProblem,
  settings: TrainingSettings,
  options: TrainingOptions = {},
): Promise<TrainingState> {
  const { from, policy = new Uniform(), onEvaluation, onCheckpoint, onStep, signal, ...resources } = options;
  const { dtype = "float32", memory = DEFAULT_MEMORY, ...runtime } = resources;
  const { steps, batch, clip, seed } = settings;
  const programs = new Programs(problem.model, dtype, runtime);
  const examples = new Passes(programs, problem.train, memory * BATCH_SHARE, batch / settings.accumulate);
  const batches = new MiniBatches(problem.train.count, batch, seed);
  const parameters = problem.start.length;
  const [theta, gradient] = [floats(dtype, parameters), floats(dtype, parameters)];
  theta.set(from?.theta ?? problem.start);
  const average = settings.average === null ? undefined : new MovingAverage(from?.average ?? theta, settings.average);
  const optimizer = createOptimizer(settings, parameters, dtype);
  const over = (set: Examples, most?: number) => new Passes(programs, set, memory * BATCH_SHARE, most);
  const meter =
    policy.question?.quantity === "contribution"
      ? new ContributionMeter(
          examples,
          over(problem.desired, desiredDraw(batch)),
          over(problem.validation),
          optimizer,
          {
            ...{ batch, parameters, dtype, clip, seed },
          },
        )
      : undefined;
  const weighted = new WeightedGradient(examples, policy, meter, dtype);
  if (from !== undefined) {
    optimizer.restore(from.optimizer);
    weighted.restore(from.weighting);
  }
  const state = (step: number) => {
    return { step, theta, average: average?.values, optimizer: optimizer.state(), weighting: weighted.state() };
  };
  const evaluator = new Evaluator(programs, problem, settings, batches, memory);
  const evaluate = async (step: number) =>
    onEvaluation?.({ ...(await evaluator.at(step, average?.values ?? theta)), work: weighted.work });

  try {
    signal?.throwIfAborted();
    if (from === undefined) await evaluate(0);
    for (let t = from?.step ?? 0; t < steps; t++) {
      const began = performance.now();
      await weighted.compute(t, theta, batches.rows(t), gradient);
      if (clip !== null) clipByNorm(gradient, clip);
      optimizer.update(theta, gradient, scheduledRate(settings, t));
      refuseNonFinite(theta, t + 1);
      average?.update(theta, t + 1);

      onStep?.(t + 1, (performance.now() - began) / 1000);
      const due = (every: number) => (t + 1) % every === 0 || t + 1 === steps;
      if (due(settings.evaluateEvery)) await evaluate(t + 1);
      if (due(settings.checkpointEvery) || signal?.aborted) onCheckpoint?.(state(t + 1));
      signal?.throwIfAborted();
    }
    return state(steps);
  } finally {
    await programs.release();
  }
}

/** An optimizer that has seen no gradient yet, for a theta of this many parameters. */
function createOptimizer(settings: TrainingSettings, parameters: number, dtype: FloatType): Optimizer {
  const Kind = settings.optimizer === "adamw" ? AdamW : Sgd;
  return new Kind(settings, parameters, dtype);
}

/** Measures theta on the validation and the test set. */
class Evaluator {
  private readonly validation: Passes;
  private readonly test: Passes;
  private readonly predictions: Int32Array;

  constructor(
    programs: Programs,
    problem: TrainingProblem,
    private readonly settings: TrainingSettings,
    private readonly batches: MiniBatches,
    memory: number,
  ) {
    this.validation = new Passes(programs, problem.validation, memory * BATCH_SHARE);
    this.test = new Passes(programs, problem.test, memory * BATCH_SHARE);
    this.predictions = predictions(problem.train);
  }

  async at(step: number, theta: Floats): Promise<Omit<Evaluation, "work">> {
    const validationLoss = await this.validation.meanLoss(theta);
    const testLoss = await this.test.meanLoss(theta);
    // Parameters can be finite and so large that losses are not.
    if (!Number.isFinite(validationLoss + testLoss)) throw diverged("the loss is", step);
    const tokens = this.batches.total(step, this.predictions);
    const learningRate = step === 0 ? 0 : scheduledRate(this.settings, step - 1);
    return { step, tokens, validationLoss, testLoss, learningRate };
  }
}

function refuseNonFinite(theta: Floats, step: number): void {
  let poison = 0;
  for (let i = 0; i < theta.length; i++) poison += theta[i] * 0;
  if (poison !== 0) throw diverged("the parameters are", step);
}
