import { createRandom, type Random } from "../src/base/random.js";
import type { Examples } from "../src/data/examples.js";
import { initialParameters, type Model } from "../src/models/model.js";
import { transformer } from "../src/models/transformer.js";
import { Engine } from "../src/passes/engine.js";
import { Passes } from "../src/passes/passes.js";
import { matrixProduct } from "./matrix-product.js";
import { median, medianTime } from "./timing.js";

const BATCH = 16;
const LENGTH = 64;
const ROUNDS = 7;

/** The published transformer (DESIGN section 5). */
export const model: Model = transformer({
  vocabulary: 5000,
  length: LENGTH,
  layers: 2,
  width: 128,
  heads: 8,
  feedForward: 512,
});

export interface TransformerBench {
  readonly peakGflops: number;
  readonly gradientMilliseconds: number;
  /** 6 x tokens x matrix parameters / time, as a share of the matrix-product peak. */
  readonly gradientEfficiency: number;
  readonly costateToGradient: number;
}

export interface TransformerPasses {
  gradient(): Promise<void>;
  costate(): Promise<void>;
  release(): Promise<void>;
}

/** So many examples of the model, of random tokens. */
export function randomExamples(count: number, random: Random): Examples {
  const rowShape = [LENGTH + 1];
  const data = BigInt64Array.from({ length: count * rowShape[0] }, () =>
    BigInt(1 + random.integer(model.outcomes - 1)),
  );
  return { count, fields: { tokens: { data, rowShape } } };
}

/** The gradient and the costate pass of the transformer at batch 16. */
export function transformerPasses(): TransformerPasses {
  const random = createRandom(1, "bench");
  const examples = randomExamples(BATCH, random);
  const theta = initialParameters(model, random);
  const direction = Float32Array.from(theta, random.normal);
  const weights = new Float32Array(BATCH).fill(1 / BATCH);
  const result = new Float32Array(theta.length);
  const contributions = new Float32Array(BATCH);
  const engine = new Engine({ model });
  const passes = new Passes(engine, examples);
  return {
    gradient: () => passes.gradient(theta, weights, result),
    costate: () => passes.costate(theta, direction, weights, contributions, result),
    release: () => engine.release(),
  };
}

/**
 * The passes beside the peak of this machine. What is compared is measured in turns, round by round, and the median of the
 * rounds' ratios taken: the machine's speed drifts.
 */
export async function transformerBench(): Promise<TransformerBench> {
  const passes = transformerPasses();
  const peak = await matrixProduct(1024, 1024, 1024);
  const operations = 6 * BATCH * LENGTH * model.matrixParameters;

  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const product = await medianTime(peak.run, 9);
    const gradient = await medianTime(passes.gradient, 9);
    const costate = await medianTime(passes.costate, 5);
    rounds.push({
      peak: peak.flops / product / 1e6,
      gradient,
      efficiency: operations / gradient / (peak.flops / product),
      ratio: costate / gradient,
    });
  }
  await peak.release();
  await passes.release();
  return {
    peakGflops: median(rounds.map((round) => round.peak)),
    gradientMilliseconds: median(rounds.map((round) => round.gradient)),
    gradientEfficiency: median(rounds.map((round) => round.efficiency)),
    costateToGradient: median(rounds.map((round) => round.ratio)),
  };
}
