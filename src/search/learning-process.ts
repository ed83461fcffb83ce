import { InputError } from "../base/errors.js";
import { type Floats, floats, Passes } from "../passes/passes.js";
import { DEFAULT_MEMORY, type LearningProblem, type Resources } from "../passes/problem.js";
import { type FloatType, Programs } from "../passes/programs.js";
import { areaGradient } from "./costate.js";
import { type Policy, policyRow } from "./policy.js";
import { Stopwatch } from "./stopwatch.js";
import { descend, learningRates, Trajectory } from "./trajectory.js";

/** Of the memory budget, what the values of one batch may take; the states of the trajectory have the rest. */
export const BATCH_SHARE = 1 / 8;

/**
 * Training examples in a batch, as a learning process with these resources will choose it. It decides the order of sums:
 * two processes agree to the last bit where it is the same.
 */
export function batchSize({ model, train }: LearningProblem, { memory = DEFAULT_MEMORY, dtype }: Resources): number {
  return new Passes(new Programs(model, dtype ?? "float32", {}), train, memory * BATCH_SHARE).batchSize;
}

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

/** Learning under policies (gradient descent, DESIGN 2.1) and the gradient of its area. */
export class LearningProcess {
  private readonly programs: Programs;
  private readonly train: Passes;
  private readonly desired: Passes;
  private readonly validation: Passes;
  private readonly test: Passes;
  private readonly rates: Float64Array;
  private readonly start: Floats;
  private readonly dtype: FloatType;
  private readonly trajectory: Trajectory;
  private policy: Policy | undefined;

  constructor(problem: LearningProblem, { memory = DEFAULT_MEMORY, dtype = "float32", ...runtime }: Resources = {}) {
    this.dtype = dtype;
    this.programs = new Programs(problem.model, dtype, runtime);
    const passes = (set: "train" | "desired" | "validation" | "test") =>
      new Passes(this.programs, problem[set], memory * BATCH_SHARE);
    this.train = passes("train");
    this.desired = passes("desired");
    this.validation = passes("validation");
    this.test = passes("test");
    this.rates = learningRates(problem);
    this.start = dtype === "float64" ? Float64Array.from(problem.start) : problem.start;
    const gradient = async (t: number, theta: Floats, into: Floats) => {
      await this.train.gradient(theta, policyRow(this.policy!, t), into);
    };
    this.trajectory = new Trajectory(this.rates, gradient, this.start, memory * (1 - BATCH_SHARE));
  }

  /** Learns from theta[0] under the policy, measuring the loss at every step. */
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
    const T = this.rates.length;
    const curves = {
      desired: new Float64Array(desired ? T : 0),
      validation: new Float64Array(T),
      test: new Float64Array(T),
    };
    await clock.measure("trajectory", () =>
      this.trajectory.learn((t, theta) =>
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
   */
  async measure(policy: Policy, visit: (step: MeasuredStep) => void): Promise<number> {
    const { dtype, rates } = this;
    const N = this.train.count;
    const theta = this.start.slice();
    const [desiredGradient, gradient] = [floats(dtype, theta.length), floats(dtype, theta.length)];
    const [losses, contributions] = [floats(dtype, N), floats(dtype, N)];
    for (let t = 0; t < rates.length; t++) {
      const weights = policyRow(policy, t);
      const testLoss = await this.test.meanLossGradient(theta, desiredGradient);
      refuseInfinite(testLoss, t, rates.length);
      await this.train.measuredGradient(theta, desiredGradient, weights, { losses, contributions, gradient });
      visit({ t, testLoss, weights, losses, contributions });
      descend(theta, rates, t, gradient, theta);
    }
    return this.test.meanLoss(theta);
  }

  /**
   * dJ/dgamma[t] for t = T - 1 down to 0, of the policy learned under last, and J in nats. See `areaGradient` of
   * costate.ts.
   */
  areaGradient(receive: (t: number, gradient: Floats) => void): Promise<number> {
    const policy = this.policy!;
    const { train, desired, rates, trajectory, dtype } = this;
    return areaGradient({ train, desired, rates, trajectory, dtype, weights: (t) => policyRow(policy, t) }, receive);
  }

  /** Frees the compiled programs; the process cannot be used any more. */
  release(): Promise<void> {
    return this.programs.release();
  }
}

/** Parameters can be finite and so large that losses are not. */
function refuseInfinite(loss: number, t: number, T: number): void {
  if (!Number.isFinite(loss))
    throw new InputError(
      `learning diverged: the loss is not finite after step ${t} of ${T}; lower learning.learningRate or lengthen learning.warmup`,
    );
}
