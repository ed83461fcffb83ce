import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FEWEST_PREDICTED, packDocuments, padRows, windowSpan } from "./packing.js";

const PADDING = 0;
const SEPARATOR = 2;
const documents = fc.array(fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 40 }), { maxLength: 5 });
const lengths = fc.integer({ min: 2, max: 12 });

describe("packDocuments", () => {
  it("shares the boundary token of consecutive windows", () => {
    expect(packDocuments([[5, 6, 7, 8, 9], [], [4]], 4, SEPARATOR)).toEqual([
      { document: 0, window: 0, tokens: [2, 5, 6, 7, 8] },
      { document: 0, window: 1, tokens: [8, 9, 2] },
      { document: 2, window: 0, tokens: [2, 4, 2] },
    ]);
  });

  it("gives windows places that share the boundary token, and leave out the separators", () => {
    // Tokens of two characters each, with one between them.
    const spans = Uint32Array.of(0, 2, 3, 5, 6, 8, 9, 11, 12, 14);
    expect([0, 1].map((window) => windowSpan(spans, window, 4))).toEqual([
      { start: 0, end: 11 },
      { start: 9, end: 14 },
    ]);
    expect([0, 1].map((window) => windowSpan(spans, window, 3))).toEqual([
      { start: 0, end: 8 },
      { start: 6, end: 14 },
    ]);
  });

  it("predicts every token once, but for a final separator that would be alone", () => {
    fc.assert(
      fc.property(documents, lengths, (ids, length) => {
        const rows = packDocuments(ids, length, SEPARATOR);
        ids.forEach((document, index) => {
          const own = rows.filter((row) => row.document === index);
          const predicted = own.flatMap((row) => row.tokens.slice(1));
          const expected = [...document, SEPARATOR];
          const isAlone = expected.length % length > 0 && expected.length % length < FEWEST_PREDICTED;
          expect(predicted).toEqual(isAlone ? document : expected);
          // What is predicted first is predicted from the token before it.
          own.forEach((row, i) => {
            expect(row.tokens[0]).toBe(i === 0 ? SEPARATOR : own[i - 1].tokens.at(-1));
          });
        });
        expect(rows.every((row) => row.tokens.length > FEWEST_PREDICTED && row.tokens.length <= length + 1)).toBe(true);
      }),
    );
  });
});

describe("padRows", () => {
  it("pads at the end, and unpads to the rows", () => {
    fc.assert(
      fc.property(documents, lengths, (ids, length) => {
        const rows = packDocuments(ids, length, SEPARATOR).map((row) => row.tokens);
        const { data, rowShape } = padRows(rows, length, PADDING);
        expect(rowShape).toEqual([length + 1]);
        expect(data).toHaveLength(rows.length * (length + 1));
        rows.forEach((tokens, row) => {
          const padded = Array.from(data.subarray(row * (length + 1), (row + 1) * (length + 1)), Number);
          expect(padded).toEqual([...tokens, ...Array(length + 1 - tokens.length).fill(PADDING)]);
        });
      }),
    );
  });
});
