import { expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { ThresholdRule } from "../../selection/score-threshold.js";
import { SelectionRecorder } from "./selection-record.js";

const LENGTH = 8;
const THRESHOLD = 0.5;
const random = createRandom(1, "scores");
/** Some of two files; one must not be selected, and one has no token. */
const documents = Array.from({ length: 500 }, (_, i) => ({
  source: `${i % 3 === 0 ? "few.txt" : "many.txt"}:${i}`,
  text: `document ${i}`,
  score: i === 7 ? Number.NaN : i === 9 ? Number.NEGATIVE_INFINITY : 3 * random.uniform() - 1,
  tokens: i === 7 || i === 9 ? 0 : 1 + random.integer(30),
}));

function recorded(some = documents, threshold = THRESHOLD) {
  const [scores, tokens] = [some.map(({ score }) => score), some.map(({ tokens }) => tokens)].map((values) =>
    Float64Array.from(values),
  );
  const recorder = new SelectionRecorder([{ scores, tokens }], threshold, LENGTH);
  const rule = new ThresholdRule({ score: threshold, tokens: 0 });
  for (const { score, tokens, ...document } of some) recorder.add(document, score, tokens, rule.selects(score, tokens));
  return recorder.record();
}
const real = documents.filter(({ tokens }) => tokens > 0);
const taken = real.filter(({ score }) => score > THRESHOLD);

test("documents, windows and tokens are counted by file, in all and taken", () => {
  const { files } = recorded();
  expect(files.map(({ name }) => name)).toEqual(["few.txt", "many.txt"]);
  for (const { name, ...tally } of files) {
    const of = (some: typeof documents) => some.filter(({ source }) => source.startsWith(name));
    const sum = (some: typeof documents, value: (document: (typeof documents)[number]) => number) =>
      of(some).reduce((total, document) => total + value(document), 0);
    const windows = ({ tokens }: { tokens: number }) => Math.ceil(tokens / LENGTH);
    expect(tally).toEqual({
      documents: of(documents).filter(({ score }) => !Number.isNaN(score)).length,
      windows: sum(real, windows),
      tokens: sum(real, ({ tokens }) => tokens),
      selectedDocuments: of(taken).length,
      selectedWindows: sum(taken, windows),
      selectedTokens: sum(taken, ({ tokens }) => tokens),
      negative: of(real).filter(({ score }) => score < 0).length,
    });
  }
});

test("the histogram has every document with a token once, those taken above the threshold", () => {
  const { from, to, lowest, highest, ...bins } = recorded().histogram;
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  expect(sum(bins.documents)).toBe(real.length);
  expect(sum(bins.selected)).toBe(taken.length);
  expect(sum(bins.tokens)).toBe(sum(real.map(({ tokens }) => tokens)));
  expect([lowest, highest]).toEqual([Math.min, Math.max].map((of) => of(...real.map(({ score }) => score))));
  const places = bins.selected.flatMap((count, i) => (count > 0 ? [from + ((i + 1) * (to - from)) / 200] : []));
  expect(Math.min(...places)).toBeGreaterThan(THRESHOLD);
});

test("one far score takes no room from the others, and equal scores have a width", () => {
  const far = recorded([...documents, { source: "many.txt:500", text: "far", score: 1e6, tokens: 3 }]).histogram;
  expect(far.highest).toBe(1e6);
  expect(far.to).toBeLessThan(2e5);
  const equal = recorded(documents.slice(0, 5).map((document) => ({ ...document, score: THRESHOLD }))).histogram;
  expect([equal.from, equal.to]).toEqual([0, 1]);
});

test("examples are the best, those on both sides of the threshold, and the worst, with their texts cut", () => {
  const { examples } = recorded();
  const ranked = real.toSorted((a, b) => b.score - a.score);
  const scores = (some: readonly { score: number }[]) => some.map(({ score }) => score);
  expect(scores(examples.best)).toEqual(scores(ranked.slice(0, 10)));
  expect(scores(examples.above)).toEqual(scores(ranked.slice(taken.length - 10, taken.length).reverse()));
  expect(scores(examples.below)).toEqual(scores(ranked.slice(taken.length, taken.length + 10)));
  expect(scores(examples.worst)).toEqual(scores(ranked.slice(-10).reverse()));
  const [{ text, file, row }] = examples.best;
  expect({ text, source: `${file}:${row}` }).toEqual({ text: ranked[0].text, source: ranked[0].source });

  const long = recorded(documents.slice(0, 3).map((document) => ({ ...document, text: "😀".repeat(5000) })));
  expect([...long.examples.best[0].text].length).toBe(400);
});

test("columns with few values tell kinds, and others and ids do not", () => {
  const some = documents.map((document, i) => ({
    ...document,
    carried: { indent: 0, values: { id: i % 2, kind: i % 5 === 0 ? null : `kind ${i % 2}`, url: `url ${i}` } },
  }));
  const { kinds } = recorded(some);
  expect(kinds.map(({ column }) => column)).toEqual(["kind"]);
  const [{ values }] = kinds;
  expect(values.map(({ name }) => name)).toEqual(["none", "kind 1", "kind 0"]);
  const of = (some: typeof documents) => some.filter(({ source }) => Number(source.split(":")[1]) % 5 === 0);
  expect(values[0]).toMatchObject({ documents: of(documents).length, selectedDocuments: of(taken).length });
});
