import { area } from "../../curves/area.js";
import { acceleration, baselineCrossing } from "../../measures/acceleration.js";
import { compressionRatio } from "../../measures/compression-ratio.js";
import type { LearningProblem, Resources } from "../../passes/problem.js";
import { LearningProcess } from "../../search/learning-process.js";
import { uniformPolicy } from "../../search/policy.js";
import { measuredOn } from "../log/facts.js";
import type { MeasuredOn } from "../log/measured-on.js";
import { loadPolicy } from "../policy-file.js";

export interface LearnOnceOptions extends Resources {
  /** The file of the policy to learn under; conventional learning by default. */
  readonly policy?: string;
  /** The test loss of another process after every step, to compare with. */
  readonly baseline?: Float64Array;
  /** Called after step `step` with L(theta) on test, in nats. */
  readonly onStep?: (step: number, testLoss: number) => void;
}

/** What one learning process was like on test, in nats. */
export interface LearnedOnce {
  /** The mean over the steps of the test curve. */
  readonly testArea: number;
  readonly compressionRatio: number;
  readonly finalTestLoss: number;
  /** Over the baseline, where there is one (DESIGN 2.5); null where its final loss is never reached, or makes no measure. */
  readonly acceleration?: number | null;
  /** Whether the test loss of the baseline falls to its end; where it does not, there is no acceleration over it. */
  readonly baselineFalls?: boolean;
  /** The test loss after step 1 .. T. */
  readonly testCurve: Float64Array;
  /** What the test losses depend on: those of two processes compare where it is the same. */
  readonly measuredOn: MeasuredOn;
}

/**
 * Learns once by full-batch gradient descent (DESIGN 2.1, GD), and writes nothing.
 *
 * @throws InputError for a policy that cannot be used, and where learning diverges
 */
export async function learnOnce(
  problem: LearningProblem,
  { policy: file, baseline, onStep, ...resources }: LearnOnceOptions = {},
): Promise<LearnedOnce> {
  const shape = { steps: problem.steps, examples: problem.train.count };
  const policy = file === undefined ? uniformPolicy(shape.steps, shape.examples) : loadPolicy(file, shape);
  const learning = new LearningProcess(problem, resources);
  try {
    const { test } = await learning.learn(policy, {
      onStep,
    });
    const testArea = area(test);
    return {
      testArea,
      compressionRatio: compressionRatio(testArea, problem.model.outcomes),
      finalTestLoss: test[test.length - 1],
      ...(baseline && { acceleration: orNull(acceleration(test, baseline)), baselineFalls: falls(baseline) }),
      testCurve: test,
      measuredOn: measuredOn(problem),
    };
  } finally {
    await learning.release();
  }
}

function falls(baseline: Float64Array): boolean {
  return baselineCrossing(baseline) !== undefined;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
