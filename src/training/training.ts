import { type Floats, floats } from "../base/floats.js";
import type { Examples } from "../data/examples.js";
import { scheduledRates } from "../descent/learning-rates.js";
import { LearningStep } from "../descent/learning-step.js";
import type { Optimizer, OptimizerState } from "../descent/optimizers/optimizer.js";
import { optimizers } from "../descent/optimizers/registry.js";
import { predictionsOf } from "../models/model.js";
import { Engine } from "../passes/engine.js";
import { bytesLeft, type MemoryUse } from "../passes/memory-use.js";
import { Passes } from "../passes/passes.js";
import type { Resources, TrainingProblem } from "../passes/problem.js";
import type { BatchSource } from "./batch-source.js";
import { diverged } from "./divergence.js";
import { type Evaluation, Evaluator } from "./evaluator.js";
import { type NormsState, TrainingNorms } from "./gradient-norms.js";
import { MiniBatches } from "./mini-batches.js";
import { MovingAverage } from "./moving-average.js";
import type { TrainingSettings } from "./training-settings.js";
import { ContributionMeter, desiredDraw } from "./weighting/contribution-meter.js";
import { contribution, type OnlinePolicy, type PolicyState } from "./weighting/online-policy.js";
import { Uniform } from "./weighting/uniform.js";
import { WeightedGradient } from "./weighting/weighted-gradient.js";

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
  /** Of the gradients so far. */
  readonly norms: NormsState;
}

/** What a training may be given instead of its defaults, and what it may use. */
export interface TrainingParts extends Resources {
  /** Weighs the examples of every batch; by default all weigh the same. */
  readonly policy?: OnlinePolicy;
  /** By default mini-batches in an order that follows from the settings' seed. */
  readonly batches?: BatchSource;
  /** Goes on from here as if it had never stopped, bit for bit. */
  readonly from?: TrainingState;
}

/** Arrays as long as theta beside the state: the problem's own start, the gradient, and its sum over batches. */
const WORKING_ARRAYS = 3;

/**
 * A training under way, which whoever holds it drives: every `step()` takes the next batch of B examples, its gradient
 * g = sum_i w_i grad l_i(theta[t]) with the weights w of the policy, conventionally 1/B, clipped, and the optimizer's update at
 * the schedule's learning rate (DESIGN 2.1).
 */
export class Training {
  private taken: number;
  private readonly engine: Engine;
  private readonly policy: OnlinePolicy;
  private readonly batches: BatchSource;
  /** theta[t], the training's own: steps change it. */
  readonly theta: Floats;
  private readonly average: MovingAverage | undefined;
  private readonly optimizer: Optimizer;
  private readonly weighted: WeightedGradient;
  private readonly descent: LearningStep;
  private readonly evaluator: Evaluator;
  private readonly norms: TrainingNorms;

  /**
   * @throws InputError where the policy asks for what the problem does not have, and where the memory does not suffice
   */
  constructor(
    problem: TrainingProblem,
    settings: TrainingSettings,
    { policy = new Uniform(), batches, from, ...resources }: TrainingParts = {},
  ) {
    const { batch, clip, seed, average } = settings;
    const parameters = problem.start.length;
    this.engine = new Engine(problem, resources);
    const { dtype } = this.engine;
    this.taken = from?.step ?? 0;
    this.policy = policy;
    this.batches = batches ?? new MiniBatches(problem.train.count, batch, seed);
    this.theta = floats(dtype, parameters);
    this.theta.set(from?.theta ?? problem.start);
    this.average = average === null ? undefined : new MovingAverage(from?.average ?? this.theta, average);
    this.optimizer = optimizers.create(settings.optimizer, { parameters, dtype });
    this.norms = new TrainingNorms(settings.steps);
    const rate = scheduledRates(settings.schedule, { ...settings, length: predictionsOf(problem.model) });
    this.descent = new LearningStep({
      ...{ optimizer: this.optimizer, rate, clip },
      onNorms: (t, norms) => this.norms.add(t, norms),
      diverged: (step) => diverged("the parameters are", step),
    });

    const over = (set: Examples, most?: number) => new Passes(this.engine, set, most);
    const examples = over(problem.train, batch / settings.accumulate);
    const meter =
      policy.question?.quantity === contribution
        ? new ContributionMeter(
            examples,
            over(problem.desired, desiredDraw(batch)),
            over(problem.validation),
            this.optimizer,
            { batch, parameters, dtype, clip, seed },
          )
        : undefined;
    this.weighted = new WeightedGradient(examples, policy, meter, dtype);
    this.evaluator = new Evaluator(this.engine, problem, rate);
    bytesLeft(this.engine, this.memoryUse(meter?.memoryUse));
    if (from === undefined) return;
    this.optimizer.restore(from.optimizer);
    this.weighted.restore(from.weighting);
    this.norms.restore(from.norms);
  }

  /** The state counts twice: what a training goes on from is there beside what it copies that to. */
  private memoryUse(meter?: MemoryUse): MemoryUse {
    const { theta, policy, evaluator, weighted, norms } = this;
    const state = this.state();
    const arrays = [theta, state.average ?? [], ...Object.values({ ...state.optimizer, ...state.weighting })];
    const numbers = arrays.reduce((total, { length }) => total + length, 0);
    return {
      vectors: WORKING_ARRAYS + (meter?.vectors ?? 0),
      bytes: 2 * numbers * (this.engine.thetaBytes / theta.length) + (policy.bytes ?? 0) + norms.bytes,
      passes: [weighted.passes, ...(meter?.passes ?? []), ...evaluator.passes],
    };
  }

  /** Steps taken, t. */
  get steps(): number {
    return this.taken;
  }

  /** What its steps cost so far, in gradients of one example. */
  get work(): number {
    return this.weighted.work;
  }

  /**
   * Takes step t and is then at theta[t + 1].
   *
   * @throws InputError where learning diverges, and where the policy's weights are no distribution
   */
  async step(): Promise<void> {
    const { theta, taken: t } = this;
    const rows = this.policy.rows?.(t) ?? this.batches.rows(t);
    await this.descent.take(t, theta, (gradient) => this.weighted.compute(t, theta, rows, gradient));
    this.taken = t + 1;
    this.average?.update(theta, t + 1);
  }

  /** Measures the model as it is. Throws InputError where its losses are not finite. */
  async evaluate(): Promise<Evaluation> {
    const evaluated = await this.evaluator.at(this.taken, this.average?.values ?? this.theta, this.weighted.draws);
    return { ...evaluated, work: this.work };
  }

  /** The arrays are the training's own. */
  state(): TrainingState {
    const { taken: step, theta, average, optimizer, weighted, norms } = this;
    return {
      ...{ step, theta, average: average?.values, optimizer: optimizer.state() },
      ...{ weighting: weighted.state(), norms: norms.state(step) },
    };
  }

  /** Frees what the runtime holds for the training. */
  release(): Promise<void> {
    return this.engine.release();
  }
}
