import { createRandom } from "../../base/random.js";
import { section } from "../../base/settings.js";
import { type Examples, tokensOf } from "../../data/examples.js";
import { MiniBatches } from "../mini-batches.js";
import { allExamples, type BelievedExamples } from "./density-ratio/believed-examples.js";
import { FixedBeliefs } from "./fixed-beliefs.js";
import type { PolicyFacts } from "./online-policy.js";
import { keepHighest } from "./weighing.js";
import { type WeightingFacts, weighting } from "./weighting.js";

/** Of the hashed features (section 4 of the paper). */
const BUCKETS = 10_000;
const KEPT = 1 / 2;

/**
 * Data selection by importance resampling, a baseline: with 1- and 2-grams hashed to buckets, the desired and the training
 * text are each a distribution over buckets, p and q; the log of an example's importance weight is sum_j ln p(j) / q(j) over
 * its n-grams j, and half of the examples are drawn by it without replacement (Xie et al. 2023, "Data selection for language
 * models via importance resampling", arXiv:2302.03169, algorithm 1: the k with the highest log weight plus Gumbel noise).
 *
 * @param logImportance N, ln p(x) / q(x)
 */
export function resampled({ examples, batch, seed }: PolicyFacts, logImportance: Float64Array): BelievedExamples {
  const { uniform } = createRandom(seed, "importance resampling");
  const perturbed = logImportance.map((value) => value - Math.log(-Math.log(uniform())));
  const taken = keepHighest(perturbed, Math.ceil(KEPT * examples)).map(Math.sign);
  const every = allExamples({ examples });
  const all = { ...every, ceiling: taken, bytes: every.bytes + taken.byteLength };
  if (batch === examples) return all;
  const chosen = Int32Array.from(taken.keys()).filter((n) => taken[n] > 0);
  const batches = new MiniBatches(chosen.length, batch, seed, "order of the resampled, epoch");
  // The order of an epoch is as long as what is chosen.
  const bytes = all.bytes + 2 * chosen.byteLength;
  return { ...all, count: chosen.length, bytes, rows: (t) => batches.rows(t).map((place) => chosen[place]) };
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
  create: (_, facts: WeightingFacts) => new FixedBeliefs(resampled(facts, logImportances(facts.problem))),
});
