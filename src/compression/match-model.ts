import { combine } from "./hash.js";
import { STRETCH_SIZE, stretches } from "./logistic.js";

/** Inputs of the mixer from each match model. */
export const MATCH_INPUTS = 3;
/** Lengths that are told apart: each below 16, fours from there on. */
export const MATCH_LENGTHS = 32;
/** Bytes before a place that are compared where a match begins. */
const MOST_COMPARED = 64;
const LONGEST = 65535;
const RATE = 0.006;

/** The last bytes, in a ring. */
export class History {
  readonly bytes: Uint8Array;
  readonly mask: number;
  /** Where the next byte goes. */
  position = 0;

  constructor(bits: number) {
    this.bytes = new Uint8Array(2 ** bits);
    this.mask = 2 ** bits - 1;
  }

  append(byte: number): void {
    this.bytes[this.position] = byte;
    this.position = (this.position + 1) & this.mask;
  }

  /** The byte that came so many before the next, from 1. */
  back(count: number): number {
    return this.bytes[(this.position - count) & this.mask];
  }
}

/**
 * Expects what followed the last place where the same bytes stood. How far it is right is learned by how many bytes have
 * matched so far.
 */
export class MatchModel {
  private readonly places: Uint32Array;
  private readonly shift: number;
  /** That the expected bit comes, by length: of the first bit of a byte, and of the others. */
  private readonly right = new Float32Array(2 * MATCH_LENGTHS);
  private place = 0;
  private used = 0;
  /** How many bytes before the next have matched, as far as they were compared. */
  length = 0;
  /** The byte that is expected, with a 1 before it; 0 where none is, or where the byte has turned out to be another. */
  expected = 0;

  /**
   * @param shortest bytes that a match begins with
   * @param bits of the history, and of the table of places in it
   */
  constructor(
    private readonly history: History,
    private readonly shortest: number,
    bits: number,
  ) {
    this.places = new Uint32Array(2 ** bits);
    this.shift = 32 - bits;
    for (let i = 0; i < this.right.length; i++) this.right[i] = 1 - 0.5 / ((i >> 1) + 2);
  }

  /** 0 where nothing is expected, else from 1 by length. */
  get strength(): number {
    return this.expected === 0 ? 0 : 1 + bucketOf(this.length);
  }

  /** @param node 1 and the bits of the byte so far, which are `bitAt` many */
  predict(node: number, bitAt: number, x: Float32Array, to: number): void {
    if (this.expected === 0 || this.expected >>> (8 - bitAt) !== node) {
      this.expected = 0;
      x[to] = x[to + 1] = x[to + 2] = 0;
      return;
    }
    const sign = ((this.expected >>> (7 - bitAt)) & 1) === 1 ? 1 : -1;
    this.used = 2 * bucketOf(this.length) + (bitAt === 0 ? 0 : 1);
    const p = this.right[this.used];
    x[to] = sign * stretches[(p * STRETCH_SIZE) | 0];
    x[to + 1] = sign * (p - 0.5) * 4;
    x[to + 2] = sign * (Math.min(this.length, 32) / 16);
  }

  update(bit: number, bitAt: number): void {
    if (this.expected === 0) return;
    const isRight = ((this.expected >>> (7 - bitAt)) & 1) === bit ? 1 : 0;
    this.right[this.used] += (isRight - this.right[this.used]) * RATE;
    if (isRight === 0) this.expected = this.length = 0;
  }

  /** A byte has ended, and is in the history. */
  append(): void {
    const { history, shortest, places } = this;
    if (this.length > 0) {
      this.place = (this.place + 1) & history.mask;
      if (this.length < LONGEST) this.length++;
    }
    let key = 0;
    for (let i = shortest; i > 0; i--) key = combine(key, history.back(i));
    const at = key >>> this.shift;
    if (this.length === 0) {
      this.place = places[at];
      const length = this.place === history.position ? 0 : this.matching();
      this.length = length < shortest ? 0 : length;
    }
    places[at] = history.position;
    this.expected = this.length > 0 ? history.bytes[this.place] | 256 : 0;
  }

  /** How many bytes before the place are those before the next. */
  private matching(): number {
    const { bytes, mask } = this.history;
    let length = 0;
    while (length < MOST_COMPARED && bytes[(this.place - 1 - length) & mask] === this.history.back(length + 1))
      length++;
    return length;
  }
}

function bucketOf(length: number): number {
  return length < 16 ? length : Math.min(MATCH_LENGTHS - 1, 12 + (length >> 2));
}
