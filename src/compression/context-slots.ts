import { expectedOf, isRun, nextStates, STATES, seenOf } from "./bit-history.js";
import { combine } from "./hash.js";
import { STRETCH_SIZE, stretches } from "./logistic.js";

/*
 * A slot has 32 bits: of what followed a context and the bits of half a byte, a bit history (the lowest 8) and a probability
 * of its own (the upper 16). A bucket has 16 slots, 64 bytes: one for each of the 15 nodes of half a byte, and a head, which
 * holds a check of the context (the upper 16 bits), the byte that came last in it (the lowest 8), how many times in a row (5),
 * and whether that is all that came, so that there is no bucket yet for the second half (1).
 */
const SLOTS = 16;
const EMPTY_SLOT = 0x8000 << 16;
const CHECK_SHIFT = 16;
const ONE_MORE = 1 << 8;
const RUN_MASK = 31 << 8;
const LONGEST_RUN = 31;
const ONLY_ONCE = 1 << 15;
const HEAD_MASK = 0xffff0000;

/** Buckets that a context may lie in: that of its hash and its neighbours. */
const PROBES = 4;

/** Inputs of the mixer from each context. */
export const INPUTS_PER_CONTEXT = 5;
/** Which of them are given weight at first. */
export const TRUSTED_INPUT = 0;

/** That a bit history or a run is right is never taken for more certain than this. */
const MOST_CERTAIN = 0.9998;
/** What is known of a bit history at first counts as so many bits, and what is learned of it is a mean over so many at most. */
const PRIOR_BITS = 6;
const LONGEST_MEMORY = 255;
const historyRates = Float64Array.from({ length: LONGEST_MEMORY + 1 }, (_, n) => 1 / (n + PRIOR_BITS));
/** How far a slot's probability goes to the next bit, by how many its history has seen. */
const slotRates = Float64Array.from(seenOf, (seen) => 1 / (Math.min(seen, 30) + 1.5));
const RUN_RATE = 0.01;

/**
 * What followed each of several contexts, of all places of the content, in one hash table of bounded size: where it is full,
 * the context that has seen least gives way. Predicts the next bit from each.
 */
export class ContextSlots {
  /** How many contexts have been met before with these bits of the byte. */
  met = 0;

  private readonly slots: Uint32Array;
  private readonly shift: number;
  /** A bucket for contexts that are new, which stays empty. */
  private readonly nowhere: number;
  private readonly hashes: Uint32Array;
  /** Of each context, the buckets of the first half of the byte and of this one, and the slot of this bit. */
  private readonly first: Uint32Array;
  private readonly bucket: Uint32Array;
  private readonly slot: Uint32Array;
  /** Of each context and bit history, the probability of a 1, and how many bits it is learned from. */
  private readonly probabilities: Float32Array;
  private readonly learned: Uint8Array;
  /** Of each context, how often the last byte came in a row and bit, the probability that it comes again. */
  private readonly repeats: Float32Array;
  private readonly repeat: Int32Array;

  /** @param bits the table has 2^bits buckets */
  constructor(
    private readonly contexts: number,
    bits: number,
  ) {
    this.nowhere = SLOTS * 2 ** bits;
    this.slots = new Uint32Array(this.nowhere + SLOTS);
    this.slots.fill(EMPTY_SLOT, this.nowhere);
    this.shift = 32 - bits;
    this.hashes = new Uint32Array(contexts);
    this.first = new Uint32Array(contexts);
    this.bucket = new Uint32Array(contexts);
    this.slot = new Uint32Array(contexts);
    this.probabilities = new Float32Array(contexts * STATES);
    for (let i = 0; i < contexts; i++) this.probabilities.set(expectedOf, i * STATES);
    this.learned = new Uint8Array(contexts * STATES);
    this.repeats = new Float32Array(contexts * (LONGEST_RUN + 1) * 8);
    for (let i = 0; i < this.repeats.length; i++) this.repeats[i] = 1 - 0.4 / (((i >> 3) & LONGEST_RUN) + 1);
    this.repeat = new Int32Array(contexts);
  }

  /** A byte begins, in contexts of these hashes. */
  beginByte(hashes: Uint32Array): void {
    const { slots, first, bucket } = this;
    this.hashes.set(hashes);
    for (let i = 0; i < this.contexts; i++) {
      const at = this.find(hashes[i]);
      first[i] = bucket[i] = at;
      if ((slots[at] & ONLY_ONCE) !== 0) this.catchUp(at, hashes[i]);
    }
  }

  /**
   * Five inputs for each context: of the bit history's probability the logit, the distance from 1/2, and the logit again
   * where all bits were the same; the logit of the slot's own; and that of the last byte coming again. Zeros where nothing is
   * known.
   *
   * @param node 1 and the bits of the byte so far, which are `bitAt` many
   */
  predict(node: number, bitAt: number, x: Float32Array): void {
    const { contexts, slots, bucket, first, slot, probabilities, repeats, repeat } = this;
    const nodeOfHalf = bitAt < 4 ? node : (1 << (bitAt - 4)) | (node & ((1 << (bitAt - 4)) - 1));
    let met = 0;
    for (let i = 0, to = 0; i < contexts; i++, to += INPUTS_PER_CONTEXT) {
      const at = bucket[i] + nodeOfHalf;
      slot[i] = at;
      const value = slots[at];
      const state = value & 255;
      if (state === 0) x[to] = x[to + 1] = x[to + 2] = x[to + 3] = 0;
      else {
        const p = probabilities[i * STATES + state];
        const logit = stretches[(p * STRETCH_SIZE) | 0];
        x[to] = logit;
        x[to + 1] = 2 * p - 1;
        x[to + 2] = stretches[value >>> 20];
        x[to + 3] = isRun[state] === 1 ? logit : 0;
        met++;
      }
      const head = slots[first[i]];
      const run = (head & RUN_MASK) >>> 8;
      const byte = (head & 255) | 256;
      if (run > 0 && byte >>> (8 - bitAt) === node) {
        const r = (i * (LONGEST_RUN + 1) + run) * 8 + bitAt;
        repeat[i] = r;
        const logit = stretches[(repeats[r] * STRETCH_SIZE) | 0];
        x[to + 4] = ((byte >>> (7 - bitAt)) & 1) === 1 ? logit : -logit;
      } else {
        repeat[i] = -1;
        x[to + 4] = 0;
      }
    }
    this.met = met;
  }

  /** Learns from the bit that came at `node`. */
  update(bit: number, node: number, bitAt: number): void {
    const { contexts, slots, slot, first, probabilities, learned, repeats, repeat, nowhere } = this;
    const target = bit === 1 ? 65535 : 0;
    for (let i = 0; i < contexts; i++) {
      const at = slot[i];
      if (at < nowhere) {
        const value = slots[at];
        const state = value & 255;
        if (state !== 0) {
          const k = i * STATES + state;
          const n = learned[k];
          const p = probabilities[k] + (bit - probabilities[k]) * historyRates[n];
          probabilities[k] = p > MOST_CERTAIN ? MOST_CERTAIN : p;
          if (n < LONGEST_MEMORY) learned[k] = n + 1;
        }
        slots[at] = after(value, bit, target);
      }
      const r = repeat[i];
      if (r >= 0) {
        const isRight = ((slots[first[i]] >>> (7 - bitAt)) & 1) === bit ? 1 : 0;
        const p = repeats[r] + (isRight - repeats[r]) * RUN_RATE;
        repeats[r] = p > MOST_CERTAIN ? MOST_CERTAIN : p;
      }
    }
    if (bitAt === 3) this.beginSecondHalf(2 * node + bit);
    else if (bitAt === 7) this.endByte((2 * node + bit) & 255);
  }

  /** A context that is new gets no second bucket before it comes again: most never do. */
  private beginSecondHalf(node: number): void {
    const { slots, first, bucket, hashes, nowhere } = this;
    for (let i = 0; i < this.contexts; i++)
      bucket[i] = (slots[first[i]] & RUN_MASK) === 0 ? nowhere : this.find(hashOfHalf(hashes[i], node));
  }

  private endByte(byte: number): void {
    const { slots, first } = this;
    for (let i = 0; i < this.contexts; i++) {
      const head = slots[first[i]];
      const run = head & RUN_MASK;
      if (run === 0) slots[first[i]] = (head & HEAD_MASK) | ONLY_ONCE | ONE_MORE | byte;
      else if ((head & 255) !== byte) slots[first[i]] = (head & HEAD_MASK) | ONE_MORE | byte;
      else if (run < RUN_MASK) slots[first[i]] = head + ONE_MORE;
    }
  }

  /** The context comes again: the second half of the byte that came in it is kept now. */
  private catchUp(at: number, hash: number): void {
    const { slots } = this;
    slots[at] &= ~ONLY_ONCE;
    const byte = slots[at] & 255;
    const bucket = this.find(hashOfHalf(hash, 16 | (byte >>> 4)));
    for (let node = 1, i = 3; i >= 0; i--) {
      const bit = (byte >>> i) & 1;
      slots[bucket + node] = after(slots[bucket + node], bit, bit === 1 ? 65535 : 0);
      node = 2 * node + bit;
    }
  }

  /** The bucket of a hash: where it is not in the table yet, one that was emptied for it. */
  private find(hash: number): number {
    const { slots, shift } = this;
    const at = hash >>> shift;
    const check = (Math.imul(hash, 0x9e3779b1) >>> CHECK_SHIFT) | 1;
    let worst = 0;
    let least = 256;
    for (let probe = 0; probe < PROBES; probe++) {
      const bucket = SLOTS * (at ^ probe);
      const found = slots[bucket] >>> CHECK_SHIFT;
      if (found === check) return bucket;
      const value = found === 0 ? -1 : seenOf[slots[bucket + 1] & 255];
      if (value < least) {
        worst = bucket;
        least = value;
      }
    }
    slots[worst] = check << CHECK_SHIFT;
    for (let i = 1; i < SLOTS; i++) slots[worst + i] = EMPTY_SLOT;
    return worst;
  }
}

/** A slot after another bit. */
function after(value: number, bit: number, target: number): number {
  const state = value & 255;
  const p = value >>> 16;
  return (((p + (target - p) * slotRates[state]) | 0) << 16) | nextStates[2 * state + bit];
}

function hashOfHalf(hash: number, node: number): number {
  return combine(hash, node) >>> 0;
}
