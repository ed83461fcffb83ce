import { mean, rootMeanSquare } from "../../../base/floats.js";
import type { Examples } from "../../../data/examples.js";
import { isotonic } from "./isotonic-regression.js";
import { fitLogistic, logOdds, type ObservedClass } from "./logistic-regression.js";
import { NGRAM_FEATURES, NgramLikelihood } from "./ngram-likelihood.js";

/** Features of the regression: the standardised ones, and their squares. */
const WIDTH = 2 * NGRAM_FEATURES;
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
  const [negatives, positives] = [standard(own), standard(likelihood.features(heldOut))];

  const middle = WIDTH * Math.ceil(heldOut.count / 2);
  const halves = [positives.subarray(0, middle), positives.subarray(middle)];
  const [first, second] = halves.map((half) =>
    fitLogistic([classOf(half, true), classOf(negatives, false)], WIDTH, RIDGE),
  );
  const bySecond = logOdds(second, negatives);
  return relativeRatios(
    logOdds(first, negatives).map((odds, n) => (odds + bySecond[n]) / 2),
    Float64Array.from([...logOdds(second, halves[0]), ...logOdds(first, halves[1])]),
  );
}

function classOf(features: Float64Array, positive: boolean): ObservedClass {
  return { features, positive, weight: WIDTH / features.length };
}

/** For each score of the negatives, the ratio of densities there by the mean of the largest, 1 at most. */
function relativeRatios(negatives: Float64Array, positives: Float64Array): Float64Array {
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
  const beliefAt = new Map(scores.map((score, i) => [score, Math.min(1, ratios[i] / top)]));
  return negatives.map((score) => beliefAt.get(score)!);
}

/** Maps features to themselves in deviations from the mean of the given ones, and their squares. */
function standardiser(all: Float64Array): (features: Float64Array) => Float64Array {
  const moments = Array.from({ length: NGRAM_FEATURES }, (_, i) => {
    const values = all.filter((_, place) => place % NGRAM_FEATURES === i);
    const center = mean(values);
    return { center, deviation: rootMeanSquare(values.map((value) => value - center)) || 1 };
  });
  return (features) =>
    Float64Array.from({ length: (features.length / NGRAM_FEATURES) * WIDTH }, (_, place) => {
      const [n, column] = [Math.floor(place / WIDTH), place % WIDTH];
      const feature = column % NGRAM_FEATURES;
      const { center, deviation } = moments[feature];
      const standard = (features[n * NGRAM_FEATURES + feature] - center) / deviation;
      const value = Math.max(-FARTHEST, Math.min(FARTHEST, standard));
      return column < NGRAM_FEATURES ? value : value * value;
    });
}
