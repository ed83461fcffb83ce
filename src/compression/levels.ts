/** How large the parts of a model are: what a decoder must know of it. */
export interface ModelSize {
  readonly level: number;
  /** The table of context slots has 2^slotBits buckets of 64 bytes. */
  readonly slotBits: number;
  /** Matches are looked for in the last 2^historyBits bytes. */
  readonly historyBits: number;
}

/** What a level spends its time and memory on. */
interface Level {
  /** How many of the contexts, and of the weight sets. */
  readonly contexts: number;
  readonly sets: number;
  /** The most that a `ModelSize` of this level may ask for. */
  readonly slotBits: number;
  readonly historyBits: number;
}

const levels: readonly Level[] = [
  { contexts: 6, sets: 1, slotBits: 17, historyBits: 20 },
  { contexts: 8, sets: 2, slotBits: 18, historyBits: 20 },
  { contexts: 12, sets: 2, slotBits: 20, historyBits: 22 },
  { contexts: 16, sets: 3, slotBits: 20, historyBits: 22 },
  { contexts: 20, sets: 4, slotBits: 21, historyBits: 22 },
  { contexts: 24, sets: 5, slotBits: 21, historyBits: 22 },
  { contexts: 32, sets: 7, slotBits: 22, historyBits: 24 },
  { contexts: 40, sets: 7, slotBits: 22, historyBits: 24 },
  { contexts: 48, sets: 7, slotBits: 23, historyBits: 24 },
];

/** The slowest level, whose files are smallest. */
export const LEVELS = levels.length;
/** The smallest table and history. */
const LEAST_BITS = 12;

/** A level by its number, from 1. */
export function levelOf(number: number): Level {
  return levels[number - 1];
}

/** The model of a level, no larger than content of so many bytes can fill. */
export function modelSize(level: number, length = Number.POSITIVE_INFINITY): ModelSize {
  const { contexts, slotBits, historyBits } = levelOf(level);
  const bitsFor = (count: number, most: number) =>
    Math.max(LEAST_BITS, Math.min(most, Math.ceil(Math.log2(count + 1))));
  return { level, slotBits: bitsFor(contexts * length, slotBits), historyBits: bitsFor(length, historyBits) };
}

/** Whether a model is no larger than its level has it. */
export function fitsModel({ level, slotBits, historyBits }: ModelSize): boolean {
  if (level < 1 || level > LEVELS) return false;
  const most = levelOf(level);
  const fits = (bits: number, most: number) => bits >= LEAST_BITS && bits <= most;
  return fits(slotBits, most.slotBits) && fits(historyBits, most.historyBits);
}

/** Bytes that the tables of a level take at most. */
export function memoryOf(level: number): number {
  const { slotBits, historyBits } = levelOf(level);
  return 64 * 2 ** slotBits + 9 * 2 ** historyBits;
}
