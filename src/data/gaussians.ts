import { createRandom, type Random } from "../base/random.js";
import type { DataSplits, Examples, Origin } from "./examples.js";

/** The perceptron's data (DESIGN section 5). */
export interface GaussianOptions {
  /** D, the number of inputs of an example. */
  readonly dimension: number;
  /** N, the number of training examples. */
  readonly examples: number;
  /** K, the number of desired examples; as many for validation and for test. */
  readonly desiredExamples: number;
  /** Mean of every training input. */
  readonly trainMean: number;
  /** Standard deviation of every training input. */
  readonly trainStd: number;
  /** Mean of every desired, validation and test input. */
  readonly desiredMean: number;
  /** Standard deviation of every desired, validation and test input. */
  readonly desiredStd: number;
  /** The probability, 0 to 1, that a training label is flipped. */
  readonly labelNoise: number;
}

/**
 * Draws a teacher w ~ N(0, I) and examples x with label 1 where w.x > 0, else 0. Fields: `x`, D numbers a row, and `y`.
 *
 * Teacher, each set's inputs and label noise have random numbers of their own, so that a change of one option leaves the
 * rest as it was; more label noise flips the same labels and more.
 */
export function drawGaussians(options: GaussianOptions, seed: number): DataSplits {
  const { dimension, examples, desiredExamples, trainMean, trainStd, desiredMean, desiredStd, labelNoise } = options;
  const normal = createRandom(seed, "teacher").normal;
  const teacher = Float64Array.from({ length: dimension }, normal);
  const norm = Math.hypot(...teacher);

  const x = drawInputs(examples * dimension, trainMean, trainStd, createRandom(seed, "training inputs"));
  const margins = marginsOf(x, teacher, norm);
  const noise = createRandom(seed, "label noise");
  const y = new Float32Array(examples);
  const origins = Array.from(margins, (margin, n): Origin => {
    const flipped = noise.uniform() < labelNoise;
    y[n] = Number(margin > 0 !== flipped);
    const text = `label ${y[n]}${flipped ? " (flipped)" : ""}, margin ${margin.toFixed(2)}`;
    return { document: `teacher:${n}`, window: 0, text, perturbed: flipped };
  });

  const drawDesired = (purpose: string): Examples => {
    const inputs = drawInputs(desiredExamples * dimension, desiredMean, desiredStd, createRandom(seed, purpose));
    const labels = Float32Array.from(marginsOf(inputs, teacher, norm), (margin) => Number(margin > 0));
    return toExamples(inputs, labels);
  };
  return {
    train: toExamples(x, y),
    origins,
    desired: drawDesired("desired inputs"),
    validation: drawDesired("validation inputs"),
    test: drawDesired("test inputs"),
  };
}

function drawInputs(count: number, mean: number, std: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, () => mean + std * random.normal());
}

/** w.x / |w| of each row of x: its signed distance from the teacher's boundary. */
function marginsOf(x: Float32Array, teacher: Float64Array, norm: number): Float64Array {
  const dimension = teacher.length;
  return Float64Array.from({ length: x.length / dimension }, (_, row) => {
    let product = 0;
    for (let i = 0; i < dimension; i++) product += teacher[i] * x[row * dimension + i];
    return product / norm;
  });
}

function toExamples(x: Float32Array, y: Float32Array): Examples {
  return {
    count: y.length,
    fields: { x: { data: x, rowShape: [x.length / y.length] }, y: { data: y, rowShape: [] } },
  };
}
