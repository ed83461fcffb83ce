import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { MiniBatches } from "./mini-batches.js";

const sizes = [fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 70 }), fc.integer({ min: 0 })] as const;

test("one after the other, the batches are the epochs' orders, each example once in every epoch", () => {
  fc.assert(
    fc.property(...sizes, (N, B, seed) => {
      const batches = new MiniBatches(N, B, seed);
      const steps = Math.ceil((3 * N) / B);
      const drawn = Array.from({ length: steps }, (_, t) => [...batches.rows(t)]).flat();
      expect(drawn.length).toBe(steps * B);
      for (const epoch of [0, 1, 2]) {
        const order = drawn.slice(epoch * N, (epoch + 1) * N);
        expect(order).toEqual([...createRandom(seed, `order of epoch ${epoch}`).permutation(N)]);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: N }, (_, n) => n));
      }
    }),
    { numRuns: 50 },
  );
});

test("a step's examples follow from seed and step alone", () => {
  const inOrder = new MiniBatches(10, 4, 7);
  const expected = Array.from({ length: 20 }, (_, t) => inOrder.rows(t));
  const other = new MiniBatches(10, 4, 7);
  for (const t of [19, 3, 4, 0, 17, 17]) expect(other.rows(t)).toEqual(expected[t]);
  expect(new MiniBatches(10, 4, 8).rows(0)).not.toEqual(expected[0]);
  expect(new MiniBatches(10, 4, 7, "another order").rows(0)).not.toEqual(expected[0]);
});
