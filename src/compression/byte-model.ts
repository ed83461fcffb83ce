import { PROBABILITY_BITS } from "./arithmetic-coder.js";
import type { ModelSize } from "./levels.js";
import { Predictor } from "./predictor.js";

/** Codes a bit of a probability: an encoder gives back the bit that it is given, a decoder the one that it reads. */
export interface BitCoder {
  /** @param p the probability of a 1, from 1 to 65,535 in units of 1 / 65,536 */
  code(bit: number, p: number): number;
}

/** Nothing is coded, and all that is learned from coding is learned. */
export const learner: BitCoder = { code: (bit) => bit };

const UNIT = 2 ** PROBABILITY_BITS;
/** From so many matching bytes on, whether the match goes on is one decision, not eight. */
const CERTAIN_LENGTH = 400;
const LONGEST_MEMORY = 1000;

/**
 * Codes bytes, each by the bits that it is made of and the probabilities that a `Predictor` gives them. After a long match
 * nothing but its going on is coded, and nothing learned: where content repeats itself, this is many times faster.
 */
export class ByteModel {
  private readonly predictor: Predictor;
  /** That a long match goes on, and how many it has done so. */
  private goesOn = 0.99;
  private times = 0;

  constructor(size: ModelSize) {
    this.predictor = new Predictor(size);
  }

  /** Codes a byte; of a decoder, what it is given is not looked at. */
  code(coder: BitCoder, byte: number): number {
    const { predictor } = this;
    const [match] = predictor.matches;
    if (match.length >= CERTAIN_LENGTH) {
      const expected = match.expected & 255;
      const goesOn = coder.code(byte === expected ? 1 : 0, inUnits(this.goesOn));
      this.times = Math.min(this.times + 1, LONGEST_MEMORY);
      this.goesOn += (goesOn - this.goesOn) / (this.times + 100);
      if (goesOn === 1) {
        predictor.append(expected);
        return expected;
      }
    }
    let node = 1;
    for (let i = 7; i >= 0; i--) {
      const bit = coder.code((byte >>> i) & 1, inUnits(predictor.predict()));
      predictor.update(bit);
      node = 2 * node + bit;
    }
    return node & 255;
  }
}

/** A probability as a coder takes it. */
export function inUnits(p: number): number {
  return Math.max(1, Math.min(UNIT - 1, Math.round(p * UNIT)));
}
