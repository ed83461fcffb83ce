import type { Row } from "./packing.js";

/**
 * The first `wanted` rows for each of `count` sets, no two sets sharing a document, and how many documents they take;
 * undefined if the rows do not suffice.
 */
export function takeSets(
  rows: readonly Row[],
  wanted: number,
  count: number,
): { heldOut: Row[][]; documents: number } | undefined {
  const heldOut: Row[][] = Array.from({ length: count }, () => []);
  let set = 0;
  for (const [i, row] of rows.entries()) {
    const full = heldOut[set].length === wanted;
    if (full && row.document === rows[i - 1].document) continue;
    if (full) set += 1;
    if (set === count) return { heldOut, documents: row.document };
    heldOut[set].push(row);
  }
  if (heldOut[count - 1].length < wanted) return undefined;
  return { heldOut, documents: rows[rows.length - 1].document + 1 };
}

/** The largest K that `takeSets` can satisfy: if it can one, it can all smaller. */
export function largestSets(rows: readonly Row[], count: number): number {
  let can = 0;
  let cannot = Math.floor(rows.length / count) + 1;
  while (cannot - can > 1) {
    const middle = Math.floor((can + cannot) / 2);
    if (takeSets(rows, middle, count) === undefined) cannot = middle;
    else can = middle;
  }
  return can;
}
