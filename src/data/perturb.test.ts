import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.js";
import { FEWEST_PREDICTED } from "./packing.js";
import { perturbRows } from "./perturb.js";
import { FIRST_TEXT_TOKEN } from "./tokenizers/vocabulary.js";

const LENGTH = 10;
const VOCABULARY = 50;
const token = fc.integer({ min: 1, max: VOCABULARY - 1 });
const rowsOf = fc.array(fc.array(token, { minLength: FEWEST_PREDICTED + 1, maxLength: LENGTH + 1 }), { maxLength: 20 });

function perturb(rows: number[][], share: number, times: number, seed = 1) {
  return perturbRows(rows, { share, times }, { length: LENGTH, vocabulary: VOCABULARY }, createRandom(seed, "noise"));
}

describe("perturbRows", () => {
  it("changes the chosen share only, never a first token, and stays within the limits", () => {
    fc.assert(
      fc.property(
        rowsOf,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(30),
        fc.nat(),
        (rows, share, times, seed) => {
          const before = structuredClone(rows);
          const after = perturb(rows, share, times, seed);
          expect(rows).toEqual(before);
          expect(after.filter((row) => row.perturbed)).toHaveLength(times === 0 ? 0 : Math.round(share * rows.length));
          after.forEach(({ tokens, perturbed }, i) => {
            if (!perturbed) expect(tokens).toEqual(rows[i]);
            expect(tokens[0]).toBe(rows[i][0]);
            expect(tokens.length).toBeGreaterThan(FEWEST_PREDICTED);
            expect(tokens.length).toBeLessThanOrEqual(LENGTH + 1);
            const isText = (id: number) => id >= FIRST_TEXT_TOKEN && id < VOCABULARY;
            expect(tokens.every((id) => isText(id) || rows[i].includes(id))).toBe(true);
          });
          expect(perturb(rows, share, times, seed)).toEqual(after);
        },
      ),
    );
  });

  it("marks no row as perturbed where none is, at 0 times", () => {
    const rows = [
      [2, 10, 11],
      [2, 12, 13],
    ];
    expect(perturb(rows, 1, 0)).toEqual(rows.map((tokens) => ({ tokens, perturbed: false })));
    expect(perturb(rows, 1, 1).every((row) => row.perturbed)).toBe(true);
  });

  it("does the three perturbations equally often", () => {
    const row = [2, 10, 11, 12, 13, 14];
    const after = perturb(Array(3000).fill(row), 1, 1).map(({ tokens }) => tokens);
    const deleted = after.filter((tokens) => tokens.length === row.length - 1);
    const repeated = after.filter((tokens) => tokens.length === row.length + 1);
    const replaced = after.filter((tokens) => tokens.length === row.length);
    for (const kind of [deleted, repeated, replaced]) expect(kind.length / 3000).toBeCloseTo(1 / 3, 1);
    expect(new Set(deleted.map(String))).toEqual(new Set(["2,10,11,12,13"]));
    expect(new Set(repeated.map(String))).toEqual(
      new Set([
        "2,10,10,11,12,13,14",
        "2,10,11,11,12,13,14",
        "2,10,11,12,12,13,14",
        "2,10,11,12,13,13,14",
        "2,10,11,12,13,14,14",
      ]),
    );
    const changes = replaced.map((tokens) => tokens.filter((id, i) => id !== row[i]).length);
    expect(Math.max(...changes)).toBe(1);
  });
});
