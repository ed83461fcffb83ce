import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import type { Document } from "./corpus.js";
import { charactersFor, readWithin, sampleDocuments } from "./sample-corpus.js";

async function* corpusOf(sizes: readonly number[]): AsyncGenerator<Document> {
  for (const [i, size] of sizes.entries()) yield { source: `f:${i}`, text: "a".repeat(size) };
}

const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 });

test("a sample holds the documents that come first in a random order, as many as fit, in the order of the corpus", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 700, max: 20_000 }), fc.integer(), async (sizes, most, seed) => {
      const { documents, of } = await sampleDocuments(corpusOf(sizes), most, createRandom(seed, "sample"));
      const random = createRandom(seed, "sample");
      const keys = sizes.map(() => random.uniform());
      const order = [...sizes.keys()].sort((a, b) => keys[a] - keys[b]);
      let size = 0;
      const fits = order.findIndex((i) => {
        size += sizes[i] + 256;
        return size > most;
      });
      const expected = (fits < 0 ? order : order.slice(0, fits)).sort((a, b) => a - b);
      expect(documents.map(({ source }) => source)).toEqual(expected.map((i) => `f:${i}`));
      expect(of).toBe(sizes.length);
    }),
  );
});

test("as much is held as examples need, whether documents are long or short, and never less than four of the longest", () => {
  expect(charactersFor(1, 8)).toBeGreaterThan(4 * 2 ** 24);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 7 }), fc.integer({ min: 2, max: 2 ** 12 }), (examples, length) => {
      // Documents of one example each, of tokens of 8 characters.
      expect(charactersFor(examples, length)).toBeGreaterThanOrEqual(examples * (8 * length + 256));
    }),
  );
});

test("documents of which none may be left out are all read, or refused with what they are", async () => {
  expect((await readWithin(corpusOf([10, 20, 30]), 3 * 256 + 60, "data.test")).map(({ source }) => source)).toEqual([
    "f:0",
    "f:1",
    "f:2",
  ]);
  await expect(readWithin(corpusOf([10, 20, 30]), 3 * 256 + 59, "data.test (t.txt)")).rejects.toThrow(
    "data.test (t.txt) has more text than the 827 characters that are held for data.desiredExamples, each document " +
      "counting for 256 more; give a part of it.",
  );
});
