import { sampleCorrelation, sampleRankCorrelation } from "simple-statistics";
import { InputError } from "../base/errors.js";
import { BUCKETS, multiply, multiplyTransposed, type NgramFeatures, ngramFeatures } from "./hashed-ngrams.js";
import { fitRidge, type LinearFit } from "./ridge-regression.js";
import type { WindowScorer } from "./window-scorer.js";

/** How well a distilled scorer does on windows that it was not fitted to. */
export interface DistilledQuality {
  /** Windows that it was fitted to, and others that lambda and the correlations are of. */
  readonly windows: number;
  readonly heldOutWindows: number;
  readonly lambda: number;
  /** With the true scores: Pearson's correlation, and Spearman's of the ranks. */
  readonly pearson: number;
  readonly spearman: number;
}

/** Windows that a distilled scorer was not fitted to: what it says of each, and the true score. */
export interface HeldOutScores {
  readonly predicted: Float64Array;
  readonly measured: Float64Array;
}

/** Of the mean squared length of the features about their mean. */
const LAMBDAS = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001];

/**
 * Scores windows by their words alone: a linear function of hashed 1- and 2-grams (DESIGN 2.9), fitted to the true scores
 * of a sample. It knows no context, and costs next to nothing.
 */
export class DistilledScorer implements WindowScorer {
  constructor(readonly fit: LinearFit) {}

  async score(windows: readonly (readonly number[])[], onWindows?: (done: number) => void): Promise<Float64Array> {
    const scores = predict(this.fit, ngramFeatures(windows));
    onWindows?.(windows.length);
    return scores;
  }
}

/**
 * Fits ridge regressions to three quarters of the documents, and takes the one with the smallest squared error on the
 * windows of the others.
 *
 * @param documents the windows of each document, and their true scores
 * @throws InputError if no regression correlates with the true scores of the held-out windows
 */
export function distil(
  documents: readonly { readonly windows: readonly (readonly number[])[]; readonly scores: Float64Array }[],
): { readonly scorer: DistilledScorer; readonly quality: DistilledQuality; readonly heldOut: HeldOutScores } {
  const part = (heldOut: boolean) => {
    const chosen = documents.filter((_, i) => (i % 4 === 3) === heldOut);
    return {
      features: ngramFeatures(chosen.flatMap(({ windows }) => windows)),
      scores: Float64Array.from(chosen.flatMap(({ scores }) => [...scores])),
    };
  };
  const [fitted, heldOut] = [part(false), part(true)];
  if (fitted.features.count === 0 || heldOut.features.count < 3)
    throw new InputError("the corpus has too few documents to distil a scorer from; select without --distil");

  const x = {
    ...{ rows: fitted.features.count, columns: BUCKETS },
    multiply: (vector: Float64Array, into: Float64Array) => multiply(fitted.features, vector, into),
    multiplyTransposed: (vector: Float64Array, into: Float64Array) => multiplyTransposed(fitted.features, vector, into),
  };
  const scale = meanSquaredLength(fitted.features);
  let best: { fit: LinearFit; lambda: number; error: number } | undefined;
  let near: Float64Array | undefined;
  for (const factor of LAMBDAS) {
    const lambda = factor * scale;
    const fit = fitRidge(x, fitted.scores, lambda, near);
    near = fit.weights;
    const error = predict(fit, heldOut.features).reduce((sum, value, n) => sum + (value - heldOut.scores[n]) ** 2, 0);
    if (best === undefined || error < best.error) best = { fit, lambda, error };
  }
  const { fit, lambda } = best!;
  const predicted = predict(fit, heldOut.features);
  const pearson = sampleCorrelation([...predicted], [...heldOut.scores]);
  const spearman = sampleRankCorrelation([...predicted], [...heldOut.scores]);
  if (!(pearson > 0 && spearman > 0))
    throw new InputError(
      `the distilled scorer does not tell good text from bad: its correlation with the contributions of held-out windows is ${pearson.toFixed(3)} (ranks: ${spearman.toFixed(3)}); select without --distil`,
    );
  const windows = { windows: fitted.features.count, heldOutWindows: heldOut.features.count };
  return {
    scorer: new DistilledScorer(fit),
    quality: { ...windows, lambda, pearson, spearman },
    heldOut: { predicted, measured: heldOut.scores },
  };
}

function predict({ weights, intercept }: LinearFit, features: NgramFeatures): Float64Array {
  const scores = new Float64Array(features.count);
  multiply(features, weights, scores);
  return scores.map((score) => score + intercept);
}

/** The mean over the windows of |x - mean(x)|^2. */
function meanSquaredLength(features: NgramFeatures): number {
  const { count, starts, buckets, tokens } = features;
  const sum = new Float64Array(BUCKETS);
  const row = new Map<number, number>();
  let squares = 0;
  for (let n = 0; n < count; n++) {
    row.clear();
    for (let i = starts[n]; i < starts[n + 1]; i++) row.set(buckets[i], (row.get(buckets[i]) ?? 0) + 1 / tokens[n]);
    for (const [bucket, value] of row) {
      sum[bucket] += value / count;
      squares += (value * value) / count;
    }
  }
  return squares - sum.reduce((total, mean) => total + mean * mean, 0);
}
