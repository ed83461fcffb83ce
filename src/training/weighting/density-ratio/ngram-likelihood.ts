import { type Examples, tokensOf } from "../../../data/examples.js";

/** One token that is not there counts as much as this many times its share of all. */
const PAIR_PRIOR = 4;

/** Features of an example: `words` and `order`. */
export const NGRAM_FEATURES = 2;

/**
 * How likely the tokens of a window are where the tokens of given text come from, with counts c of that text alone, n tokens
 * of V kinds, padding aside:
 *
 *     words   mean ln p(b),            p(b) = (c(b) + 1/V) / (n + 1)
 *     order   mean ln p(b | a) / p(b), p(b | a) = (c(a b) + 4 p(b)) / (c(a) + 4)
 *
 * Text that it is compared with is not counted. The windows of a document share its words, so that counts of the compared
 * text would tell apart which documents are in it instead of which kind they are of (docs/RESULTS.md).
 */
export class NgramLikelihood {
  private readonly counts: Float64Array;
  private readonly before: Float64Array;
  private readonly pairs = new Map<number, number>();
  private total = 0;

  /** @param vocabulary V */
  constructor(
    text: Examples,
    private readonly vocabulary: number,
  ) {
    this.counts = new Float64Array(vocabulary);
    this.before = new Float64Array(vocabulary);
    for (let n = 0; n < text.count; n++)
      this.eachPair(tokensOf(text, n), (a, b) => {
        this.counts[b] += 1;
        this.before[a] += 1;
        this.total += 1;
        const pair = a * vocabulary + b;
        this.pairs.set(pair, (this.pairs.get(pair) ?? 0) + 1);
      });
  }

  /** The two features of every example, one example after the other, in nats a token; 0 of one without tokens to predict. */
  features(examples: Examples): Float64Array {
    const { vocabulary, counts, before, pairs, total } = this;
    // Logarithms of what few are are taken once: most pairs of a large corpus were never seen.
    const shares = counts.map((count) => (count + 1 / vocabulary) / (total + 1));
    const lnShares = shares.map(Math.log);
    const lnUnseen = before.map((count) => Math.log(PAIR_PRIOR / (count + PAIR_PRIOR)));
    const features = new Float64Array(NGRAM_FEATURES * examples.count);
    for (let n = 0; n < examples.count; n++) {
      let [words, order, predicted] = [0, 0, 0];
      this.eachPair(tokensOf(examples, n), (a, b) => {
        const seen = pairs.get(a * vocabulary + b);
        words += lnShares[b];
        order +=
          seen === undefined ? lnUnseen[a] : Math.log((seen / shares[b] + PAIR_PRIOR) / (before[a] + PAIR_PRIOR));
        predicted += 1;
      });
      features.set([words / Math.max(1, predicted), order / Math.max(1, predicted)], NGRAM_FEATURES * n);
    }
    return features;
  }

  private eachPair(tokens: BigInt64Array, visit: (a: number, b: number) => void): void {
    for (let i = 1; i < tokens.length; i++) if (tokens[i] > 0n) visit(Number(tokens[i - 1]), Number(tokens[i]));
  }
}
