/** Sets of `wanted` windows each, filled one after the other from documents; no two sets share a document. */
export class HeldOutSets {
  /** The numbers of each set's windows, counted over all documents. */
  readonly sets: readonly number[][];
  /** The documents that they take, from the first on. */
  documents = 0;
  private added = 0;
  private windows = 0;

  constructor(
    private readonly wanted: number,
    count: number,
  ) {
    this.sets = Array.from({ length: count }, () => []);
  }

  get full(): boolean {
    return this.sets[this.sets.length - 1].length === this.wanted;
  }

  /** Offers the windows of the next document. */
  add(windows: number): void {
    const set = this.sets.find(({ length }) => length < this.wanted);
    this.added += 1;
    if (set !== undefined && windows > 0) {
      for (let i = 0; i < windows && set.length < this.wanted; i++) set.push(this.windows + i);
      this.documents = this.added;
    }
    this.windows += windows;
  }
}

/**
 * The largest K for which documents with these numbers of windows fill `count` sets: if they can one K, they can all
 * smaller.
 */
export function largestSets(windows: readonly number[], count: number): number {
  let can = 0;
  let cannot = Math.floor(windows.reduce((sum, some) => sum + some, 0) / count) + 1;
  while (cannot - can > 1) {
    const middle = Math.floor((can + cannot) / 2);
    const sets = new HeldOutSets(middle, count);
    for (const some of windows) sets.add(some);
    if (sets.full) can = middle;
    else cannot = middle;
  }
  return can;
}
