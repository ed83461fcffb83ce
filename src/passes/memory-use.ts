import { InputError } from "../base/errors.js";
import { inBytes } from "../base/words.js";
import type { Engine } from "./engine.js";
import type { Pass } from "./pass.js";
import type { Passes } from "./passes.js";

/** What a computation holds at once, beside the states of a trajectory. */
export interface MemoryUse {
  /** Arrays as long as theta. */
  readonly vectors: number;
  /** Bytes of what else grows with the problem: policies, for example. */
  readonly bytes?: number;
  /** The passes that are run over all of a set, and over rows of it. */
  readonly passes: readonly PassesUse[];
}

/** Which passes are run over a set of examples. */
export interface PassesUse {
  readonly over: Passes;
  readonly all?: readonly Pass[];
  readonly rows?: readonly Pass[];
}

/**
 * The bytes that a computation leaves of the engine's memory.
 *
 * @param atLeast what must be left, for the states of a trajectory
 * @throws InputError if less is left, saying how much memory it takes
 */
export function bytesLeft(engine: Engine, use: MemoryUse, atLeast = 0): number {
  const taken = (memory: number) => bytesOf(engine, use, memory);
  const left = engine.memory - taken(engine.memory);
  if (left >= atLeast) return left;
  throw new InputError(
    `this takes ${inBytes(fewestBytes((memory) => taken(memory) + atLeast, engine.memory))} of memory (in batches of one ` +
      `example ${parts(engine, use, atLeast)}), and --memory allows ${inBytes(engine.memory)}; raise it, or make the ` +
      "model, the length of examples or their number smaller",
  );
}

function bytesOf(engine: Engine, { vectors, bytes = 0, passes }: MemoryUse, memory: number): number {
  return vectors * engine.thetaBytes + bytes + arrayBytes(passes) + programBytes(engine, passes, memory);
}

/** Sets share arrays where the same examples are given twice. */
function arrayBytes(passes: readonly PassesUse[]): number {
  const arrays = new Set(passes.flatMap(({ over }) => over.arrays));
  return [...arrays].reduce((total, { byteLength }) => total + byteLength, 0);
}

/** A program is compiled once for all sets. */
function programBytes(engine: Engine, passes: readonly PassesUse[], memory: number): number {
  const programs = new Map<Pass, Set<number>>();
  for (const { over, all = [], rows = [] } of passes) {
    const [allSizes, rowSizes] = over.sizesIn(memory);
    const add = (pass: Pass, sizes: readonly number[]) =>
      programs.set(pass, new Set([...(programs.get(pass) ?? []), ...sizes]));
    for (const pass of all) add(pass, allSizes);
    for (const pass of rows) add(pass, rowSizes);
  }
  let total = 0;
  for (const [pass, sizes] of programs) for (const size of sizes) total += engine.programBytes(pass, size);
  return total;
}

/** The least memory, to a hundredth, of which it takes no more; it takes more than `tooLittle` in that. */
function fewestBytes(taken: (memory: number) => number, tooLittle: number): number {
  let [low, high] = [tooLittle, Math.max(2 * tooLittle, 2 ** 20)];
  for (; taken(high) > high; high *= 2) low = high;
  while (high - low > high / 100) {
    const middle = (low + high) / 2;
    if (taken(middle) > middle) low = middle;
    else high = middle;
  }
  return high;
}

/** Where the memory goes, for a person, in the smallest batches. */
function parts(engine: Engine, use: MemoryUse, states: number): string {
  const { vectors, bytes = 0, passes } = use;
  const named: [string, number][] = [
    ["for the values", programBytes(engine, passes, 0)],
    ["for arrays as long as the parameters", vectors * engine.thetaBytes + states],
    ["for examples and their weights", arrayBytes(passes) + bytes],
  ];
  return named.map(([what, bytes]) => `${inBytes(bytes)} ${what}`).join(", ");
}
