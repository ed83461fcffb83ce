import { ArithmeticEncoder, PROBABILITY_BITS } from "./arithmetic-coder.js";

/** A part of the content, and the length of its description: -sum log2 p over what was coded of it. */
export interface DescribedPart {
  readonly bytes: number;
  readonly bits: number;
}

/** An arithmetic coder that says how long what it codes would be without rounding. */
export class DescribingEncoder extends ArithmeticEncoder {
  private bits = 0;
  private described = 0;

  override code(bit: number, p: number): number {
    const one = p / 2 ** PROBABILITY_BITS;
    this.bits -= Math.log2(bit === 1 ? one : 1 - one);
    return super.code(bit, p);
  }

  /** What was coded since the last part, which were so many bytes. */
  part(bytes: number): DescribedPart {
    const bits = this.bits - this.described;
    this.described = this.bits;
    return { bytes, bits };
  }
}
