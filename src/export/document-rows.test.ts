import { expect, test } from "vitest";
import type { DescribedExample } from "./describe-examples.js";
import { documentRows } from "./document-rows.js";

const window = (row: number, more: Partial<DescribedExample>): DescribedExample => ({
  ...{ example: 0, document: `b.jsonl:${row}`, file: "b.jsonl", row, window: 0, text: "", perturbed: false },
  ...{ weight: null, firstStep: null, lastStep: null, ...more },
});

test("a document has the sum of its windows' weights, and means by their tokens", () => {
  const rows = documentRows(
    [
      window(10, { tokens: 4, weight: 2, belief: 1, score: 1, firstStep: 3, lastStep: 4, values: { id: "ten", n: 1 } }),
      window(9, { tokens: 8, belief: 0.5, score: -1, values: { id: "nine" } }),
      window(10, { tokens: 1, weight: 0.5, belief: 0, score: -4, firstStep: 1, lastStep: 2, perturbed: true }),
      window(10, { tokens: 1, belief: 0, score: 0 }),
      { ...window(0, { tokens: 1, weight: 0, belief: 1, score: 2 }), file: "a.jsonl", document: "a.jsonl:0" },
    ],
    ["id", "n"],
  );
  const common = { windows: 1, perturbed: false, firstStep: null, lastStep: null };
  expect(rows).toEqual([
    {
      ...{ ...common, document: "a.jsonl:0", file: "a.jsonl", row: 0, id: null, n: null },
      ...{ tokens: 1, weight: 0, belief: 1, score: 2 },
    },
    {
      ...{ ...common, document: "b.jsonl:9", file: "b.jsonl", row: 9, id: "nine", n: null },
      ...{ tokens: 8, weight: null, belief: 0.5, score: -1 },
    },
    {
      ...{ document: "b.jsonl:10", file: "b.jsonl", row: 10, id: "ten", n: 1, windows: 3 },
      ...{ tokens: 6, weight: 2.5, belief: 4 / 6, score: 0, firstStep: 1, lastStep: 4, perturbed: true },
    },
  ]);
});

test("without tokens there are no means", () => {
  const [row] = documentRows([window(1, { weight: 1, belief: 1 })], []);
  expect(Object.keys(row)).toEqual([
    ...["document", "file", "row", "windows", "weight", "firstStep", "lastStep", "perturbed"],
  ]);
});
