import type { Random } from "../base/random.js";
import { FEWEST_PREDICTED } from "./packing.js";
import { FIRST_TEXT_TOKEN } from "./tokenizers/vocabulary.js";

/** The noise of the published experiments. */
export interface Perturbation {
  /** The share of rows that are perturbed, 0 to 1. */
  readonly share: number;
  /** How many perturbations each of them suffers. */
  readonly times: number;
}

/** As published: half of the examples, 20 times each. */
export const PUBLISHED_PERTURBATION: Perturbation = { share: 0.5, times: 20 };

/** What rows may hold: ids below `vocabulary`, at most `length + 1` a row. */
export interface RowLimits {
  readonly length: number;
  readonly vocabulary: number;
}

/** A row of ids, and whether it was perturbed. */
export interface PerturbedRow {
  readonly tokens: readonly number[];
  readonly perturbed: boolean;
}

/**
 * Perturbs a random `share` of the rows (rounded to a whole number of them), each `times` times by one of, with equal
 * chances: replace a token by a random token of text, delete the last token, repeat a token beside itself. The first
 * token, which is context only, stays, and so does the order of the rows.
 *
 * @param rows ids without padding, each with at least 2 predicted tokens
 */
export function perturbRows(
  rows: readonly (readonly number[])[],
  { share, times }: Perturbation,
  limits: RowLimits,
  random: Random,
): PerturbedRow[] {
  const chosen = new Set(random.permutation(rows.length).slice(0, Math.round(share * rows.length)));
  return rows.map((tokens, i) => {
    if (times === 0 || !chosen.has(i)) return { tokens, perturbed: false };
    const noisy = [...tokens];
    for (let time = 0; time < times; time++) perturbOnce(noisy, limits, random);
    return { tokens: noisy, perturbed: true };
  });
}

function perturbOnce(tokens: number[], { length, vocabulary }: RowLimits, random: Random): void {
  const kind = random.integer(3);
  if (kind === 0) {
    tokens[predictedPosition(tokens, random)] = FIRST_TEXT_TOKEN + random.integer(vocabulary - FIRST_TEXT_TOKEN);
  } else if (kind === 1) {
    if (tokens.length - 1 > FEWEST_PREDICTED) tokens.pop();
  } else {
    const position = predictedPosition(tokens, random);
    tokens.splice(position, 0, tokens[position]);
    tokens.length = Math.min(tokens.length, length + 1);
  }
}

function predictedPosition(tokens: readonly number[], random: Random): number {
  return 1 + random.integer(tokens.length - 1);
}
