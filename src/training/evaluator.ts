import type { Floats } from "../base/floats.js";
import { predictions } from "../data/examples.js";
import type { Engine } from "../passes/engine.js";
import type { PassesUse } from "../passes/memory-use.js";
import { Passes } from "../passes/passes.js";
import type { TrainingProblem } from "../passes/problem.js";
import { lossesPass } from "../passes/standard-passes.js";
import { diverged } from "./divergence.js";

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

/** Measures theta on the validation and the test set. */
export class Evaluator {
  private readonly validation: Passes;
  private readonly test: Passes;
  private readonly predictions: Int32Array;

  constructor(
    engine: Engine,
    problem: TrainingProblem,
    private readonly rate: (t: number) => number,
  ) {
    this.validation = new Passes(engine, problem.validation);
    this.test = new Passes(engine, problem.test);
    this.predictions = predictions(problem.train);
  }

  /** What it runs, over which sets. */
  get passes(): readonly PassesUse[] {
    return [this.validation, this.test].map((over) => ({ over, all: [lossesPass] }));
  }

  /**
   * @param draws how often each training example was drawn so far
   * @throws InputError where a loss is not finite
   */
  async at(step: number, theta: Floats, draws: Float64Array): Promise<Omit<Evaluation, "work">> {
    const validationLoss = await this.validation.meanLoss(theta);
    const testLoss = await this.test.meanLoss(theta);
    // Parameters can be finite and so large that losses are not.
    if (!Number.isFinite(validationLoss + testLoss)) throw diverged("the loss is", step);
    const tokens = this.predictions.reduce((sum, count, n) => sum + draws[n] * count, 0);
    return { step, tokens, validationLoss, testLoss, learningRate: step === 0 ? 0 : this.rate(step - 1) };
  }
}
