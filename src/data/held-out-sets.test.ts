import fc from "fast-check";
import { expect, test } from "vitest";
import { HeldOutSets, largestSets } from "./held-out-sets.js";

const documents = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 });

test("sets share no document, are filled in order, and take the documents up to that of their last window", () => {
  fc.assert(
    fc.property(
      documents,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 3 }),
      (windows, wanted, count) => {
        const sets = new HeldOutSets(wanted, count);
        for (const some of windows) sets.add(some);
        const owner = windows.flatMap((some, document) => Array<number>(some).fill(document));
        const owners = sets.sets.map((set) => new Set(set.map((window) => owner[window])));
        expect(sets.documents).toBe(Math.max(-1, ...owners.flatMap((set) => [...set])) + 1);
        expect(new Set(owners.flatMap((set) => [...set])).size).toBe(owners.reduce((sum, { size }) => sum + size, 0));
        expect(sets.full).toBe(sets.sets.every(({ length }) => length === wanted));
        expect(sets.sets.flat()).toEqual([...sets.sets.flat()].sort((a, b) => a - b));
        expect(sets.full).toBe(wanted <= largestSets(windows, count));
      },
    ),
  );
});
