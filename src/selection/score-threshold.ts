import type { DocumentScores } from "./document-scores.js";

/** Documents above `score` are selected; of those exactly at it, in order, as long as they begin before `tokens`. */
export interface Threshold {
  readonly score: number;
  /** Predicted tokens that documents exactly at the score are to fill. */
  readonly tokens: number;
}

const DIGITS = 4;
const BASE = 2 ** 16;

/**
 * The score above which documents together hold at least `wanted` predicted tokens, and none more than needed.
 *
 * Found digit by digit (base 2^16) of the scores' bits, each by a pass that counts tokens by digit: exact, and in memory
 * that does not depend on the number of documents.
 *
 * @param chunks gives all scores anew for each of the four passes; NaN stands for a document that cannot be selected
 * @param wanted more than 0 and at most the tokens of all documents that can be selected
 */
export function findThreshold(chunks: () => Iterable<DocumentScores>, wanted: number): Threshold {
  const prefix: number[] = [];
  let left = wanted;
  while (prefix.length < DIGITS) {
    const histogram = new Float64Array(BASE);
    for (const { scores, tokens } of chunks())
      for (let i = 0; i < scores.length; i++) {
        if (Number.isNaN(scores[i])) continue;
        const digits = digitsOf(scores[i]);
        if (prefix.every((digit, k) => digit === digits[k])) histogram[digits[prefix.length]] += tokens[i];
      }
    let digit = BASE - 1;
    for (; digit > 0 && histogram[digit] < left; digit--) left -= histogram[digit];
    prefix.push(digit);
  }
  return { score: fromDigits(prefix), tokens: left };
}

/** Says of documents, asked in their order, whether each is selected. */
export class ThresholdRule {
  private atThreshold = 0;

  constructor(private readonly threshold: Threshold) {}

  selects(score: number, tokens: number): boolean {
    if (score !== this.threshold.score) return score > this.threshold.score;
    const selected = this.atThreshold < this.threshold.tokens;
    this.atThreshold += tokens;
    return selected;
  }
}

const view = new DataView(new ArrayBuffer(8));

/** The bits of a number, changed so that they are ordered as the numbers are: the sign flipped, or all of a negative one. */
function digitsOf(value: number): number[] {
  // 0 has two signs, which are equal.
  view.setFloat64(0, value + 0);
  const flip = view.getUint8(0) < 128 ? [0x8000, 0, 0, 0] : [0xffff, 0xffff, 0xffff, 0xffff];
  return flip.map((mask, k) => view.getUint16(2 * k) ^ mask);
}

function fromDigits(digits: readonly number[]): number {
  const flip = digits[0] >= 0x8000 ? [0x8000, 0, 0, 0] : [0xffff, 0xffff, 0xffff, 0xffff];
  for (const [k, mask] of flip.entries()) view.setUint16(2 * k, digits[k] ^ mask);
  return view.getFloat64(0);
}
