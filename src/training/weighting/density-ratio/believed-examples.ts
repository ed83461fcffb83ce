import { MiniBatches } from "../../mini-batches.js";
import type { PolicyFacts } from "../online-policy.js";
import type { WeightingFacts } from "../weighting.js";
import { beliefs } from "./belief.js";
import { pool } from "./pool.js";

/** What is believed of the training examples before anything is learned. */
export interface BelievedExamples {
  /** The most weight that each of the N examples may have, from 0 to 1. */
  readonly ceiling: Float64Array;
  /** How many examples batches are drawn from. */
  readonly count: number;
  /** A full batch of these for step t = 0, 1, ..; undefined where all examples are drawn. */
  rows(t: number): Int32Array | undefined;
}

/** Where nothing is known: all examples, all alike. */
export function allExamples({ examples }: Pick<PolicyFacts, "examples">): BelievedExamples {
  return { ceiling: new Float64Array(examples).fill(1), count: examples, rows: () => undefined };
}

/**
 * What the text of examples says, with its tokens alone. In mini-batches those are drawn that are worth their repetition
 * (pool.ts), all with the same ceiling; in full-batch descent, where nothing is drawn, the ceiling is the belief, which makes
 * the gradient that of the desired text in expectation. Of examples without tokens nothing is known.
 */
export function believedExamples(facts: WeightingFacts): BelievedExamples {
  const { examples, batch, seed, settings } = facts;
  const { train, desired, validation: heldOut, model } = facts.problem;
  if (train.fields.tokens === undefined) return allExamples(facts);
  const ceiling = beliefs({ train, desired, heldOut, vocabulary: model.outcomes });
  if (batch === examples) return { ...allExamples(facts), ceiling };
  const drawn = pool(ceiling, batch * settings.steps);
  if (drawn === undefined) return allExamples(facts);
  for (const n of drawn) ceiling[n] = 1;
  const batches = new MiniBatches(drawn.length, batch, seed, "order of the believed, epoch");
  return { ceiling, count: drawn.length, rows: (t) => batches.rows(t).map((place) => drawn[place]) };
}
