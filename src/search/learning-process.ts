import { InputError } from "../base/errors.js";
import { type Floats, floats } from "../base/floats.js";
import { pick } from "../data/examples.js";
import { learningRates } from "../descent/learning-rates.js";
import { LearningStep } from "../descent/learning-step.js";
import { Sgd } from "../descent/optimizers/sgd.js";
import { Engine } from "../passes/engine.js";
import { bytesLeft, type MemoryUse, type PassesUse } from "../passes/memory-use.js";
import { Passes } from "../passes/passes.js";
import type { LearningProblem, Resources } from "../passes/problem.js";
import {
  costatePass,
  gradientPass,
  lossesPass,
  lossGradientPass,
  lossTangentGradientPass,
  lossTangentPass,
  tangentPass,
} from "../passes/standard-passes.js";
import { areaGradient } from "./costate.js";
import { type Policy, policyRow } from "./policy.js";
import { Stopwatch } from "./stopwatch.js";
import { FEWEST_STATES, type TakeStep, Trajectory } from "./trajectory.js";

/** L(theta[t]) in nats for t = 1 .. T on each set; that on the desired set is empty where it was not asked for. */
export interface Curves {
  readonly desired: Float64Array;
  readonly validation: Float64Array;
  readonly test: Float64Array;
}

/** What a learning process is like at theta[t], before step t. The arrays are used again at the next step. */
export interface MeasuredStep {
  readonly t: number;
  /** L(theta[t]) on the test set, in nats. */
  readonly testLoss: number;
  /** gamma[t]. */
  readonly weights: Float32Array;
  /** l_n(theta[t]) of every training example, in nats. */
  readonly losses: Floats;
  /** CT[t][n] = <grad L(theta[t]), grad l_n(theta[t])>, L being the loss on the test set (DESIGN 2.5). */
  readonly contributions: Floats;
}

/**
 * Arrays as long as theta beside the states: gradient, velocity, sums over batches (of training and of desired examples),
 * the problem's own start, and lambda, the desired gradient and the product of a costate.
 */
const ARRAYS = 8;

/** Learning under policies (gradient descent, DESIGN 2.1) and the gradient of its area. */
export class LearningProcess {
  private readonly engine: Engine;
  private readonly train: Passes;
  private desired: Passes;
  private readonly validation: Passes;
  private readonly test: Passes;
  private readonly steps: number;
  private readonly rate: (t: number) => number;
  private readonly start: Floats;
  private readonly step: LearningStep;
  private readonly takeStep: TakeStep;
  private trajectory: Trajectory | undefined;
  private policy: Policy | undefined;

  /** @param policies held at a time: as many T x N arrays of float32 */
  constructor(
    private readonly problem: LearningProblem,
    resources: Resources = {},
    private readonly policies = 1,
  ) {
    this.engine = new Engine(problem, resources);
    const { dtype } = this.engine;
    this.train = new Passes(this.engine, problem.train);
    this.desired = new Passes(this.engine, problem.desired);
    this.validation = new Passes(this.engine, problem.validation);
    this.test = new Passes(this.engine, problem.test);
    this.steps = problem.steps;
    this.rate = learningRates(problem.learningRate, problem, problem.schedule ?? (() => 1));
    this.start = dtype === "float64" ? Float64Array.from(problem.start) : problem.start;
    // (GD) of DESIGN 2.1: what the costate is the derivative of.
    const optimizer = new Sgd({ momentum: 0, weightDecay: 0 }, { parameters: this.start.length, dtype });
    this.step = new LearningStep({
      ...{ optimizer, rate: this.rate, clip: null },
      diverged: (t) => diverged("the parameters are not finite", t, this.steps),
    });
    this.takeStep = (t, theta, next) =>
      this.step.take(t, theta, (into) => this.train.gradient(theta, policyRow(this.policy!, t), into), next);
  }

  /** From now on the desired set is this part of it. */
  desire(rows: Int32Array): void {
    this.desired = new Passes(this.engine, pick(this.problem.desired, rows));
  }

  /**
   * Learns from theta[0] under the policy, measuring the loss at every step.
   *
   * @throws Diverged where learning diverges
   * @throws InputError where the memory does not suffice for it and for its area's gradient
   */
  async learn(
    policy: Policy,
    {
      desired = false,
      clock = new Stopwatch(),
      onStep,
    }: {
      /** Also measure the loss on the desired examples. */
      desired?: boolean;
      clock?: Stopwatch;
      onStep?: (t: number, testLoss: number) => void;
    } = {},
  ): Promise<Curves> {
    this.policy = policy;
    this.trajectory ??= new Trajectory(this.steps, this.takeStep, this.start, this.trajectoryBytes());
    const { trajectory, steps: T } = this;
    const curves = {
      desired: new Float64Array(desired ? T : 0),
      validation: new Float64Array(T),
      test: new Float64Array(T),
    };
    await clock.measure("trajectory", () =>
      trajectory.learn((t, theta) =>
        clock.measure("evaluation", async () => {
          curves.validation[t - 1] = await this.validation.meanLoss(theta);
          curves.test[t - 1] = await this.test.meanLoss(theta);
          if (desired) curves.desired[t - 1] = await this.desired.meanLoss(theta);
          refuseInfinite(curves.validation[t - 1] + curves.test[t - 1] + (curves.desired[t - 1] ?? 0), t, T);
          onStep?.(t, curves.test[t - 1]);
        }),
      ),
    );
    return curves;
  }

  /**
   * Learns from theta[0] under the policy as `learn` does, showing what every training example contributes at every
   * step: a gradient on the test set, and one pass over the training set for contributions and gradient together.
   * Returns the loss on the test set after the last step.
   *
   * @throws InputError where learning diverges, and where the memory does not suffice
   */
  async measure(policy: Policy, visit: (step: MeasuredStep) => void): Promise<number> {
    const { steps: T, train, test } = this;
    const N = train.count;
    const all = [lossTangentGradientPass, lossTangentPass];
    bytesLeft(
      this.engine,
      this.use([
        { over: train, all },
        { over: test, all: [lossesPass, lossGradientPass] },
      ]),
    );
    const theta = this.start.slice();
    const [desiredGradient, losses, contributions] = [theta.length, N, N].map((n) => floats(this.engine.dtype, n));
    for (let t = 0; t < T; t++) {
      const weights = policyRow(policy, t);
      await this.step.take(t, theta, async (gradient) => {
        const testLoss = await test.meanLossGradient(theta, desiredGradient);
        refuseInfinite(testLoss, t, T);
        await train.measuredGradient(theta, desiredGradient, weights, { losses, contributions, gradient });
        visit({ t, testLoss, weights, losses, contributions });
      });
    }
    return this.test.meanLoss(theta);
  }

  /**
   * dJ/dgamma[t] for t = T - 1 down to 0, of the policy learned under last, and J in nats. See `areaGradient` of
   * costate.ts.
   */
  areaGradient(receive: (t: number, gradient: Floats) => void): Promise<number> {
    const policy = this.policy!;
    const { train, desired, steps, rate, engine } = this;
    const weights = (t: number) => policyRow(policy, t);
    const problem = { train, desired, steps, rate, trajectory: this.trajectory!, dtype: engine.dtype, weights };
    return areaGradient(problem, receive);
  }

  /** What learning and its area's gradient leave to the states. */
  private trajectoryBytes(): number {
    const { engine, train, desired, validation, test } = this;
    const use = this.use([
      { over: train, all: [gradientPass, costatePass, tangentPass] },
      { over: desired, all: [lossesPass, lossGradientPass] },
      { over: validation, all: [lossesPass] },
      { over: test, all: [lossesPass] },
    ]);
    return bytesLeft(engine, use, Math.min(FEWEST_STATES, this.steps + 1) * engine.thetaBytes);
  }

  private use(passes: readonly PassesUse[]): MemoryUse {
    const { policies, steps, train } = this;
    return { vectors: ARRAYS, bytes: policies * steps * train.count * Float32Array.BYTES_PER_ELEMENT, passes };
  }

  /** Frees the compiled programs; the process cannot be used any more. */
  release(): Promise<void> {
    return this.engine.release();
  }
}

/** Parameters can be finite and so large that losses are not. */
function refuseInfinite(loss: number, t: number, T: number): void {
  if (!Number.isFinite(loss)) throw diverged("the loss is not finite", t, T);
}

/** Learning that left the numbers that a computer has. */
export class Diverged extends InputError {}

function diverged(what: string, t: number, T: number): Diverged {
  return new Diverged(
    `learning diverged: ${what} after step ${t} of ${T}; lower learning.learningRate or lengthen learning.warmup`,
  );
}
