import type { PolicyFacts } from "../online-policy.js";
import type { WeightingFacts } from "../weighting.js";
import { beliefs } from "./belief.js";
import { byBelief, poolSize } from "./pool.js";
import { WideningBatches } from "./widening-batches.js";

/** What is believed of the training examples before anything is learned. */
export interface BelievedExamples {
  /** How far each of the N examples is believed at most, from 0 to 1. */
  readonly ceiling: Float64Array;
  /** The belief, above 0, at which each has its whole weight in a batch: as a share of it beliefs become weights. */
  readonly whole: Float64Array;
  /** How many examples are drawn at all. */
  readonly count: number;
  /** What it holds. */
  readonly bytes: number;
  /** A full batch of these for step t = 0, 1, ..; undefined where all examples are drawn. */
  rows(t: number): Int32Array | undefined;
}

/** Where nothing is known: all examples, all alike. */
export function allExamples({ examples }: Pick<PolicyFacts, "examples">): BelievedExamples {
  const all = new Float64Array(examples).fill(1);
  return { ceiling: all, whole: all, count: examples, bytes: all.byteLength, rows: () => undefined };
}

/**
 * What the text of examples says, with its tokens alone. In mini-batches those are drawn first that are worth their repetition
 * (pool.ts), and then more (widening-batches.ts), all with the same weight; in full-batch descent, where nothing is drawn, they
 * weigh as much as they are believed, which makes the gradient that of the desired text in expectation. Of examples without
 * tokens nothing is known.
 */
export function believedExamples(facts: WeightingFacts): BelievedExamples {
  const { examples, batch, seed, settings } = facts;
  const { train, desired, validation: heldOut, model } = facts.problem;
  if (train.fields.tokens === undefined) return allExamples(facts);
  const ceiling = beliefs({ train, desired, heldOut, vocabulary: model.outcomes });
  if (batch === examples) {
    const all = allExamples(facts);
    return { ...all, ceiling, bytes: all.bytes + ceiling.byteLength };
  }
  const draws = batch * settings.steps;
  const first = poolSize(ceiling, draws);
  if (first === examples) return allExamples(facts);
  const best = byBelief(ceiling);
  const batches = new WideningBatches(best, first, batch, seed);
  // The order of a pass is as long as the examples at most.
  const bytes = ceiling.byteLength + 2 * best.byteLength;
  return { ceiling, whole: ceiling, count: batches.within(draws).length, bytes, rows: (t) => batches.rows(t) };
}
