import { sha256 } from "@noble/hashes/sha2.js";
import { randomNormal } from "d3-random";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** A seeded stream of random numbers. The same seed and purpose give the same numbers on every machine. */
export interface Random {
  /** A number uniform in [0, 1). */
  uniform(): number;
  /** A number from N(0, 1). */
  normal(): number;
  /** An integer uniform in 0 .. bound - 1. */
  integer(bound: number): number;
  /** The numbers 0 .. count - 1 in random order (Fisher-Yates). */
  permutation(count: number): Int32Array;
}

/**
 * A generator for one purpose. Streams of different purposes are independent, so that drawing more numbers for one
 * (say, the labels) leaves all others (say, the initial parameters) as they were.
 */
export function createRandom(seed: number, purpose: string): Random {
  const digest = sha256(new TextEncoder().encode(`${seed}/${purpose}`));
  const words = new DataView(digest.buffer, digest.byteOffset);
  const state = [0, 4, 8, 12].map((offset) => words.getInt32(offset, true));
  const generator = xoroshiro128plusFromState(state);
  const uniform = () => uniformFloat64(generator);
  const integer = (bound: number) => uniformInt(generator, 0, bound - 1);
  return {
    uniform,
    normal: randomNormal.source(uniform)(0, 1),
    integer,
    permutation(count) {
      const order = Int32Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}
