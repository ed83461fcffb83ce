import fc from "fast-check";
import { expect, test } from "vitest";
import { findThreshold, ThresholdRule } from "./score-threshold.js";

interface Scored {
  readonly score: number;
  readonly tokens: number;
}

function selected(documents: readonly Scored[], wanted: number, chunk = 3): number[] {
  const chunks = function* () {
    for (let start = 0; start < documents.length; start += chunk) {
      const part = documents.slice(start, start + chunk);
      yield {
        scores: Float64Array.from(part, ({ score }) => score),
        tokens: Float64Array.from(part, ({ tokens }) => tokens),
      };
    }
  };
  const rule = new ThresholdRule(findThreshold(chunks, wanted));
  return documents.flatMap(({ score, tokens }, i) => (rule.selects(score, tokens) ? [i] : []));
}

/** The first documents by falling score, the earlier first among equals, until they hold what is wanted. */
function bySorting(documents: readonly Scored[], wanted: number): number[] {
  const order = [...documents.keys()].filter((i) => !Number.isNaN(documents[i].score));
  order.sort((i, j) => (documents[i].score === documents[j].score ? i - j : documents[j].score - documents[i].score));
  const taken: number[] = [];
  let total = 0;
  for (const i of order) {
    if (total >= wanted) break;
    taken.push(i);
    total += documents[i].tokens;
  }
  return taken.sort((i, j) => i - j);
}

test("by hand: half of the tokens, ties in order, and one that must not be selected", () => {
  const documents = [2, -1, 5, 2, Number.NaN, 2, 0].map((score) => ({ score, tokens: 10 }));
  expect(selected(documents, 30)).toEqual([0, 2, 3]);
  expect(selected(documents, 20.5)).toEqual([0, 2, 3]);
  expect(selected(documents, 60)).toEqual([0, 1, 2, 3, 5, 6]);
  expect(selected(documents, 1e-9)).toEqual([2]);
});

test("the documents that sorting would select, whatever the scores and lengths", () => {
  const score = fc.oneof(
    fc.double({ noNaN: false }),
    // So that there are ties, of 0 and -0 among them.
    fc.constantFrom(-2.5, -1, -0, 0, 1, 1 + 2 ** -52, 3),
  );
  const document = fc.record({ score, tokens: fc.integer({ min: 1, max: 50 }) });
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 40 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (documents, share) => {
        const possible = documents.filter(({ score }) => !Number.isNaN(score));
        const total = possible.reduce((sum, { tokens }) => sum + tokens, 0);
        fc.pre(total > 0);
        expect(selected(documents, share * total)).toEqual(bySorting(documents, share * total));
      },
    ),
  );
});
