import { createRandom } from "../../base/random.js";
import { section } from "../../base/settings.js";
import { type Examples, tokensOf } from "../../data/examples.js";
import { MiniBatches } from "../mini-batches.js";
import type { OnlinePolicy, PolicyFacts, PolicyState } from "./online-policy.js";
import { distribution, keepHighest } from "./weighing.js";
import { type WeightingFacts, weighting } from "./weighting.js";

/** Of the hashed features (section 4 of the paper). */
const BUCKETS = 10_000;
const KEPT = 1 / 2;

/**
 * Data selection by importance resampling, a baseline: with 1- and 2-grams hashed to buckets, the desired and the training
 * text are each a distribution over buckets, p and q; the log of an example's importance weight is sum_j ln p(j) / q(j) over
 * its n-grams j, and half of the examples are drawn by it without replacement (Xie et al. 2023, "Data selection for language
 * models via importance resampling", arXiv:2302.03169, algorithm 1: the k with the highest log weight plus Gumbel noise).
 */
export class Dsir implements OnlinePolicy {
  readonly question = undefined;
  private readonly weights: Float64Array;
  private readonly chosen: Int32Array;
  private readonly batches: MiniBatches;

  /** @param logImportance N, ln p(x) / q(x) */
  constructor(
    private readonly facts: PolicyFacts,
    logImportance: Float64Array,
  ) {
    const { uniform } = createRandom(facts.seed, "importance resampling");
    const perturbed = logImportance.map((value) => value - Math.log(-Math.log(uniform())));
    this.weights = keepHighest(perturbed, Math.ceil(KEPT * facts.examples)).map(Math.sign);
    this.chosen = Int32Array.from(this.weights.keys()).filter((n) => this.weights[n] > 0);
    this.batches = new MiniBatches(this.chosen.length, facts.batch, facts.seed, "order of the resampled, epoch");
  }

  rows(step: number): Int32Array | undefined {
    if (this.facts.batch === this.facts.examples) return undefined;
    return this.batches.rows(step).map((place) => this.chosen[place]);
  }

  asked(): undefined {
    return undefined;
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    return distribution(Float64Array.from(rows, (n) => this.weights[n]));
  }

  observe(): void {}

  state(): PolicyState {
    return { weights: this.weights };
  }

  restore(): void {}
}

/** ln p(x) / q(x) of every training example, counts of every bucket beginning at 1; 0 of examples without tokens. */
export function logImportances({ train, desired }: Record<"train" | "desired", Examples>): Float64Array {
  if (train.fields.tokens === undefined) return new Float64Array(train.count);
  const [p, q] = [desired, train].map((text) => {
    const counts = new Float64Array(BUCKETS).fill(1);
    let total = BUCKETS;
    for (let n = 0; n < text.count; n++)
      for (const bucket of buckets(text, n)) {
        counts[bucket] += 1;
        total += 1;
      }
    return counts.map((count) => Math.log(count / total));
  });
  return Float64Array.from({ length: train.count }, (_, n) =>
    buckets(train, n).reduce((sum, bucket) => sum + p[bucket] - q[bucket], 0),
  );
}

/** Of the 1- and 2-grams of an example, padding aside. */
function buckets(text: Examples, n: number): number[] {
  const tokens = Array.from(tokensOf(text, n), Number);
  const used = tokens.filter((id, i) => i === 0 || id > 0);
  return [...used.map((id) => bucketOf(id, -1)), ...used.slice(1).map((id, i) => bucketOf(used[i], id))];
}

/** Knuth's multiplicative hashes of the two ids, one after the other. */
function bucketOf(first: number, second: number): number {
  const mixed = Math.imul(Math.imul(first + 1, 2654435761) ^ (second + 1), 2654435761);
  return ((mixed ^ (mixed >>> 15)) >>> 0) % BUCKETS;
}

export const dsir = weighting({
  name: "dsir",
  about: "the half that is drawn by importance weights of n-grams (DSIR, Xie et al. 2023)",
  source:
    "Xie et al. 2023, Data selection for language models via importance resampling, arXiv:2302.03169, algorithm 1",
  settings: section({}),
  create: (_, facts: WeightingFacts) => new Dsir(facts, logImportances(facts.problem)),
});
