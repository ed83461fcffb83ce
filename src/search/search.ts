import { InputError } from "../base/errors.js";
import { allFinite, type Floats } from "../base/floats.js";
import { area } from "../curves/area.js";
import type { LearningProblem, Resources } from "../passes/problem.js";
import { LearningProcess } from "./learning-process.js";
import { copyPolicy, type Policy, policyRow, uniformPolicy } from "./policy.js";
import { projectOntoSimplex } from "./simplex.js";
import { type Phase, Stopwatch } from "./stopwatch.js";

/** How far a search is. */
export interface Progress {
  readonly epoch: number;
  readonly phase: "trajectory" | "costate";
  /** Steps done of the phase, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** How much of all the work is done, from 0 to 1, in operations. */
  readonly fraction: number;
}

/** How long and how boldly the policy is improved, and with what. */
export interface SearchOptions extends Resources {
  /** E: how often the policy is improved. Epoch 0 is conventional learning; epochs 1 .. E are the improved policies. */
  readonly epochs: number;
  /** epsilon_0, the step of the first improvement; it falls linearly, to epsilon_0 / E in the last. */
  readonly epsilon: number;
  /** Continues with this policy as that of epoch `epoch`; its array becomes the search's own. */
  readonly from?: { readonly epoch: number; readonly policy: Policy };
  /** Called after every step of a trajectory or of a costate. */
  readonly onProgress?: (progress: Progress) => void;
  /** Aborting it makes the search throw the signal's reason at the next step. */
  readonly signal?: AbortSignal;
}

/** One policy and the learning process under it. Areas and losses are means in nats; curves hold L(theta[t]), t = 1 .. T. */
export interface SearchEpoch {
  readonly epoch: number;
  /** The policy measured here. The array is used again two epochs later: copy what is to be kept. */
  readonly policy: Policy;
  /** The policy of the next epoch; undefined in the last. */
  readonly next: Policy | undefined;
  /** J, the area under the desired loss. */
  readonly area: number;
  readonly validationArea: number;
  readonly testArea: number;
  readonly testCurve: Float64Array;
  readonly seconds: Readonly<Record<Phase, number>>;
}

/**
 * Searches for the optimal learning policy by proximal gradient (DESIGN 2.4; Gu et al. 2024, equation 6):
 *
 *   gamma[t] <- Projection(gamma[t] - epsilon_e dJ/dgamma[t])  for every t,  epsilon_e = epsilon_0 (1 - e/E)
 *
 * Yields every policy with what its learning process did, from conventional learning (epoch 0) to epoch E.
 * Throws InputError where learning diverges.
 */
export async function* searchEpochs(problem: LearningProblem, options: SearchOptions): AsyncGenerator<SearchEpoch> {
  const { epochs, epsilon, from, onProgress, signal } = options;
  const { steps: T } = problem;
  const N = problem.train.count;
  const process = new LearningProcess(problem, options, POLICIES);
  const work = workOf(problem);
  const total = T * ((epochs + 1) * work.trajectory + epochs * work.costate);
  let done = (from?.epoch ?? 0) * T * (work.trajectory + work.costate);
  const report = (epoch: number, phase: Progress["phase"], step: number) => {
    signal?.throwIfAborted();
    done += work[phase];
    onProgress?.({ epoch, phase, step, steps: T, fraction: done / total });
  };

  try {
    let policy = from?.policy ?? uniformPolicy(T, N);
    let next: Policy = { ...policy, weights: new Float32Array(T * N) };
    for (let epoch = from?.epoch ?? 0; epoch <= epochs; epoch++) {
      const clock = new Stopwatch();
      const last = epoch === epochs;
      const curves = await process.learn(policy, {
        desired: last,
        clock,
        onStep: (t) => report(epoch, "trajectory", t),
      });

      let J = area(curves.desired);
      if (!last) {
        const step = epsilon * (1 - epoch / epochs);
        J = await clock.measure("costate", () =>
          process.areaGradient((t, gradient) => {
            clock.start("projection");
            improve(policyRow(policy, t), gradient, step, policyRow(next, t), t);
            clock.stop();
            report(epoch, "costate", T - t);
          }),
        );
      }
      yield {
        epoch,
        policy,
        next: last ? undefined : next,
        area: J,
        validationArea: area(curves.validation),
        testArea: area(curves.test),
        testCurve: curves.test,
        seconds: clock.seconds,
      };
      [policy, next] = [next, policy];
    }
  } finally {
    await process.release();
  }
}

/** improved <- Projection(row - step * gradient), for gamma[t]. */
function improve(row: Float32Array, gradient: Floats, step: number, improved: Float32Array, t: number): void {
  for (let n = 0; n < row.length; n++) improved[n] = row[n] - step * gradient[n];
  if (!allFinite(improved)) throw new InputError(`the policy of step ${t + 1} is not finite; lower search.epsilon`);
  projectOntoSimplex(improved);
}

/** Operations of one step in units of an example's forward pass (DESIGN 2.3), for the estimate of the time left. */
function workOf({ train, desired, validation, test }: LearningProblem): Record<Progress["phase"], number> {
  return { trajectory: 3 * train.count + validation.count + test.count, costate: 8 * train.count + 3 * desired.count };
}

/** Held at a time: that of the epoch, that of the next, and the best. */
const POLICIES = 3;

/** What a whole search gives: the best policy by validation area, and the measurements of every epoch. */
export interface SearchResult {
  readonly best: Omit<SearchEpoch, "next">;
  /** The first is the one that the search began with: conventional learning, unless it went on from an epoch. */
  readonly epochs: readonly [MeasuredEpoch, ...MeasuredEpoch[]];
}

/** An epoch without its policies. */
export type MeasuredEpoch = Omit<SearchEpoch, "policy" | "next">;

/** Runs `searchEpochs` to its end and keeps the policy with the smallest validation area. */
export async function search(problem: LearningProblem, options: SearchOptions): Promise<SearchResult> {
  const epochs: MeasuredEpoch[] = [];
  let best: Omit<SearchEpoch, "next"> | undefined;
  for await (const { policy, next, ...measured } of searchEpochs(problem, options)) {
    epochs.push(measured);
    if (best === undefined || measured.validationArea < best.validationArea)
      best = { ...measured, policy: copyPolicy(policy, best?.policy) };
  }
  return { best: best!, epochs: epochs as [MeasuredEpoch, ...MeasuredEpoch[]] };
}
