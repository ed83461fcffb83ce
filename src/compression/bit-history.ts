/*
 * What is kept of the bits that followed a context: a bit history, a byte large (Mahoney 2005, Adaptive Weighing of Context
 * Models for Lossless Data Compression). It stands for no probability: what follows such a history is learned as well
 * (`adaptive-probability.ts`). The first bits are kept in their order; of more, how many zeros and ones, and which was last.
 * A bit that contradicts many others makes them few, since what came last counts most: n > 2 of the other become
 * floor(log2 n) + 1.
 */

/** Of so many bits the order is known. */
const LONGEST_IN_ORDER = 5;
/** The most of the more frequent bit that is counted, by the count of the other. */
const MOST = [36, 20, 9, 6, 5];

interface History {
  readonly zeros: number;
  readonly ones: number;
  /** All bits in order while they are few, else the last one. */
  readonly bits: string;
}

const histories: History[] = [{ zeros: 0, ones: 0, bits: "" }];

/** The next state: `next[2 * state + bit]`. State 0 has seen nothing. */
export const nextStates = transitions();
export const STATES = histories.length;
/** How many bits a state has seen, as far as it counts them. */
export const seenOf = Uint8Array.from(histories, ({ zeros, ones }) => zeros + ones);
/** Whether all bits were the same. */
export const isRun = Uint8Array.from(histories, ({ zeros, ones }) => (zeros === 0 || ones === 0 ? 1 : 0));
/** What a state says of the next bit before anything was learned of it: the probability of a 1. */
export const expectedOf = Float64Array.from(histories, ({ zeros, ones }) => (ones + 0.4) / (zeros + ones + 0.8));

function transitions(): Uint8Array {
  const numbers = new Map([[keyOf(histories[0]), 0]]);
  const next: number[] = [];
  for (let state = 0; state < histories.length; state++) {
    for (const bit of [0, 1]) {
      const history = after(histories[state], bit);
      const key = keyOf(history);
      if (!numbers.has(key)) numbers.set(key, histories.push(history) - 1);
      next.push(numbers.get(key)!);
    }
  }
  return Uint8Array.from(next);
}

function after({ zeros, ones, bits }: History, bit: number): History {
  const [same, other] = bit === 1 ? [ones, zeros] : [zeros, ones];
  if (zeros + ones < LONGEST_IN_ORDER) return counted(bit, same + 1, other, bits + bit);
  const fewer = other > 2 ? 32 - Math.clz32(other) : other;
  const least = Math.min(same + 1, fewer);
  return counted(
    bit,
    Math.min(same + 1, MOST[Math.min(least, 4)]),
    Math.min(fewer, MOST[Math.min(least, 4)]),
    `${bit}`,
  );
}

function counted(bit: number, same: number, other: number, bits: string): History {
  return bit === 1 ? { zeros: other, ones: same, bits } : { zeros: same, ones: other, bits };
}

/** Counted states that have come back to few bits are told from those in order. */
function keyOf({ zeros, ones, bits }: History): string {
  return bits.length === zeros + ones ? bits : `${zeros} ${ones} ${bits}`;
}
