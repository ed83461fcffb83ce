import { createRandom, type Random } from "../base/random.js";
import type { Examples } from "../data/examples.js";
import { initialParameters, type Model } from "../models/model.js";
import { perceptron } from "../models/perceptron.js";
import { transformer } from "../models/transformer.js";

/** A tiny learning problem for tests. */
export interface TinyProblem {
  model: Model;
  train: Examples;
  desired: Examples;
  theta: Float32Array;
}

export function tinyPerceptron({ train = 7, desired = 5, dimension = 4, seed = 1 } = {}): TinyProblem {
  const random = createRandom(seed, "tiny perceptron");
  const model = perceptron({ dimension });
  const draw = (count: number): Examples => ({
    count,
    fields: {
      x: { data: Float32Array.from({ length: count * dimension }, random.normal), rowShape: [dimension] },
      y: { data: Float32Array.from({ length: count }, () => random.integer(2)), rowShape: [] },
    },
  });
  return { model, train: draw(train), desired: draw(desired), theta: initialParameters(model, random) };
}

export function tinyTransformer({
  train = 6,
  desired = 3,
  length = 5,
  vocabulary = 11,
  feedForward = 12,
  seed = 2,
} = {}): TinyProblem {
  const random = createRandom(seed, "tiny transformer");
  const model = transformer({ vocabulary, length, layers: 2, width: 8, heads: 2, feedForward });
  const draw = (count: number): Examples => ({
    count,
    fields: { tokens: paddedTokens(count, length, vocabulary, random) },
  });
  return { model, train: draw(train), desired: draw(desired), theta: initialParameters(model, random) };
}

/** Random ids, every second row ending in padding. */
function paddedTokens(count: number, length: number, vocabulary: number, random: Random) {
  const data = new BigInt64Array(count * (length + 1));
  for (let n = 0; n < count; n++) {
    const used = n % 2 === 0 ? length + 1 : 3 + random.integer(length - 2);
    for (let s = 0; s < used; s++) data[n * (length + 1) + s] = BigInt(1 + random.integer(vocabulary - 1));
  }
  return { data, rowShape: [length + 1] };
}

/** A T x N policy with random rows on the simplex, about a third of the weights zero. */
export function randomPolicy(steps: number, examples: number, random: Random): Float64Array {
  const policy = new Float64Array(steps * examples);
  for (let t = 0; t < steps; t++) {
    const row = policy.subarray(t * examples, (t + 1) * examples);
    for (let n = 0; n < examples; n++)
      row[n] = n === t % examples || random.uniform() > 1 / 3 ? 0.1 + random.uniform() : 0;
    const total = row.reduce((sum, weight) => sum + weight, 0);
    for (let n = 0; n < examples; n++) row[n] /= total;
  }
  return policy;
}
