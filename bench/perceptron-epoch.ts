import { resolveConfig } from "../src/runs/config/resolve-config.js";
import { buildProblem } from "../src/runs/problem/build-problem.js";
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

  const rounds = [];
  for await (const { epoch, seconds } of searchEpochs(problem, { ...config.search, epochs: EPOCHS })) {
    // The first epoch compiles the programs, the last has no costate.
    if (epoch === 0 || epoch === EPOCHS) continue;
    rounds.push({ seconds: epochSeconds(seconds), products: await products(), projection: seconds.projection });
  }
  await product.release();
  return {
    epochSeconds: median(rounds.map((round) => round.seconds)),
    perceptronEpochToMatvec: median(rounds.map((round) => round.seconds / round.products)),
    projectionShare: median(rounds.map((round) => round.projection / round.seconds)),
  };
}

function epochSeconds({ trajectory, costate, projection }: SearchEpoch["seconds"]): number {
  return trajectory + costate + projection;
}
