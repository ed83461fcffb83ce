import type { Examples } from "../../../data/examples.js";
import { isotonic } from "./isotonic-regression.js";
import { fitLogistic, logOdds } from "./logistic-regression.js";
import { type NgramFeatures, NgramLikelihood } from "./ngram-likelihood.js";

const RIDGE = 1e-3;
/** Standardised features are cut here: what is ten deviations off is not surer to be off than what is four. */
const FARTHEST = 4;
/** As many more held-out examples are counted that are like the training text: so few tell nothing yet. */
const DOUBT = 8;
/** The ratio of the most alike examples, which hold this share of all, counts as 1. */
const TOP_SHARE = 1 / 4;

/** What beliefs are made from. */
export interface Texts {
  readonly train: Examples;
  readonly desired: Examples;
  /** Desired text of other documents. */
  readonly heldOut: Examples;
  /** V. */
  readonly vocabulary: number;
}

/**
 * How far every training example is believed to be of the desired kind, from 0 to 1: the ratio of densities of held-out desired
 * text and training text, as far as what the desired text's words and their order say. No model is needed.
 *
 *     r(x) = p(x | desired) / p(x | train),     belief = min(1, r / the mean r of the quarter with the largest)
 *
 * Where the two kinds of text are alike r is 1 everywhere, and so is the belief. A logistic regression on the features and their
 * squares, classes weighing the same, orders the examples; each half of the held-out text is placed by the regression that has
 * not seen it, so that what was fitted to a few windows does not look like knowledge; and r is what an isotonic regression of
 * the classes in this order gives, p / (1 - p), drawn to 1 as if eight more examples had been held out. DESIGN 2.8.
 */
export function beliefs({ train, desired, heldOut, vocabulary }: Texts): Float64Array {
  if (heldOut.count < 2) return new Float64Array(train.count).fill(1);
  const likelihood = new NgramLikelihood(desired, vocabulary);
  const own = likelihood.features(train);
  const standard = standardiser(own);
  const [negatives, positives] = [own.map(standard), likelihood.features(heldOut).map(standard)];

  const middle = Math.ceil(positives.length / 2);
  const halves = [positives.slice(0, middle), positives.slice(middle)];
  const [first, second] = halves.map((half) =>
    fitLogistic([...observed(half, true), ...observed(negatives, false)], RIDGE),
  );
  return relativeRatios(
    negatives.map((features) => (logOdds(first, features) + logOdds(second, features)) / 2),
    [
      ...halves[0].map((features) => logOdds(second, features)),
      ...halves[1].map((features) => logOdds(first, features)),
    ],
  );
}

/** For each score of the negatives, the ratio of densities there by the mean of the largest, 1 at most. */
function relativeRatios(negatives: readonly number[], positives: readonly number[]): Float64Array {
  // By distinct scores, for what has the same one is to have the same ratio.
  const at = new Map<number, { positive: number; negative: number }>();
  const add = (score: number, key: "positive" | "negative", share: number) => {
    const there = at.get(score) ?? { positive: 0, negative: 0 };
    there[key] += share;
    at.set(score, there);
  };
  for (const score of positives) add(score, "positive", 1 / positives.length);
  for (const score of negatives) add(score, "negative", 1 / negatives.length);
  const scores = [...at.keys()].sort((a, b) => a - b);
  const mass = scores.map((score) => at.get(score)!);
  const weights = Float64Array.from(mass, ({ positive, negative }) => positive + negative);
  const shares = isotonic(
    Float64Array.from(mass, ({ positive }, i) => positive / weights[i]),
    weights,
  );
  // A block of held-out examples alone has no training example in it.
  const seen = positives.length / (positives.length + DOUBT);
  const ratios = shares.map((p) => (p < 1 ? seen * (p / (1 - p)) + 1 - seen : 0));

  let [left, sum] = [TOP_SHARE, 0];
  for (let i = scores.length - 1; i >= 0 && left > 0; i--) {
    const taken = Math.min(left, mass[i].negative);
    sum += taken * ratios[i];
    left -= taken;
  }
  const top = sum / TOP_SHARE;
  const beliefAt = new Map(scores.map((score, i) => [score, top > 0 ? Math.min(1, ratios[i] / top) : 1]));
  return Float64Array.from(negatives, (score) => beliefAt.get(score)!);
}

function observed(examples: readonly number[][], positive: boolean) {
  return examples.map((features) => ({ features, positive, weight: 1 / examples.length }));
}

/** Maps features to themselves in deviations from the mean of the given ones, and their squares. */
function standardiser(all: readonly NgramFeatures[]): (features: NgramFeatures) => number[] {
  const moments = [0, 1].map((i) => {
    const mean = all.reduce((sum, features) => sum + features[i], 0) / all.length;
    const variance = all.reduce((sum, features) => sum + (features[i] - mean) ** 2, 0) / all.length;
    return { mean, deviation: Math.sqrt(variance) || 1 };
  });
  return (features) => {
    const standard = moments.map(({ mean, deviation }, i) =>
      Math.max(-FARTHEST, Math.min(FARTHEST, (features[i] - mean) / deviation)),
    );
    return [...standard, ...standard.map((value) => value * value)];
  };
}
