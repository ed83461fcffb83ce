import type { LearningProblem } from "../src/passes/problem.js";
import { resolveConfig } from "../src/runs/config/resolve-config.js";
import { buildProblem } from "../src/runs/problem/build-problem.js";
import { optimalityGap } from "../src/search/optimality-gap.js";
import { type SearchEpoch, searchEpochs } from "../src/search/search.js";
import { matrixProduct } from "./matrix-product.js";
import { median } from "./timing.js";

const EPOCHS = 5;

export interface PerceptronBench {
  readonly epochSeconds: number;
  /** A search epoch without evaluation / 4 T products of the N x D matrix of examples with a vector. */
  readonly perceptronEpochToMatvec: number;
  /** Share of the projection of all T rows in that epoch. */
  readonly projectionShare: number;
  /** Share of the quadratic model and its minimum in an epoch that steps by it, with weights over blocks of 10 steps. */
  readonly quasiNewtonShare: number;
  /** Share of the optimality gap, which comes with the gradient, in the first of these epochs. */
  readonly certificateShare: number;
}

/** Epochs of the perceptron's search at published size, each beside the matrix-vector products that it must do. */
export async function perceptronBench(): Promise<PerceptronBench> {
  const config = resolveConfig("perceptron");
  const { problem } = await buildProblem(config);
  const N = problem.train.count;
  const product = await matrixProduct(N, problem.start.length, 1);
  const products = async () => {
    const start = performance.now();
    for (let i = 0; i < 4 * problem.steps; i++) await product.run();
    return (performance.now() - start) / 1000;
  };

  const scheduled = { ...config.search, step: { name: "scheduled" }, block: 1, epochs: EPOCHS };
  const rounds = [];
  for await (const { epoch, seconds } of searchEpochs(problem, scheduled)) {
    // The first epoch compiles the programs.
    if (epoch === 0) continue;
    rounds.push({ seconds: epochSeconds(seconds), products: await products(), projection: seconds.projection });
  }
  await product.release();
  const shares = [];
  for await (const { epoch, seconds } of searchEpochs(problem, { ...config.search, epochs: EPOCHS })) {
    // Not before the second step is there a model.
    if (epoch > 1) shares.push(seconds.projection / epochSeconds(seconds));
  }
  const seconds = median(rounds.map((round) => round.seconds));
  return {
    epochSeconds: seconds,
    quasiNewtonShare: median(shares),
    certificateShare: certificateSeconds(problem) / seconds,
    perceptronEpochToMatvec: median(rounds.map((round) => round.seconds / round.products)),
    projectionShare: median(rounds.map((round) => round.projection / round.seconds)),
  };
}

/** Of the gaps of T steps over N examples. */
function certificateSeconds({ steps, train }: LearningProblem): number {
  const weights = new Float32Array(train.count).fill(1 / train.count);
  const gradient = Float32Array.from(weights, (_, n) => Math.sin(n));
  const start = performance.now();
  for (let t = 0; t < steps; t++) optimalityGap(weights, gradient);
  return (performance.now() - start) / 1000;
}

function epochSeconds({ trajectory, costate, projection }: SearchEpoch["seconds"]): number {
  return trajectory + costate + projection;
}
