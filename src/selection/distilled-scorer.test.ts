import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { refusalOf } from "../testing/refusal.js";
import { distil } from "./distilled-scorer.js";

const random = createRandom(1, "distilled");
const VOCABULARY = 50;
const window = () => Array.from({ length: 20 }, () => random.integer(VOCABULARY));

/** Documents of three windows with the scores that `scoreOf` gives. */
function documents(count: number, scoreOf: (window: readonly number[]) => number) {
  return Array.from({ length: count }, () => {
    const windows = [window(), window(), window()];
    return { windows, scores: Float64Array.from(windows, scoreOf) };
  });
}

test("scores that are sums over tokens and pairs are found, under noise", async () => {
  const worth = Array.from({ length: VOCABULARY }, random.normal);
  const truth = (tokens: readonly number[]) => tokens.reduce((sum, id) => sum + worth[id] / tokens.length, 3);
  const noisy = (tokens: readonly number[]) => truth(tokens) + 0.1 * random.normal();
  const { scorer, quality } = distil(documents(200, noisy));
  expect(quality).toMatchObject({ windows: 450, heldOutWindows: 150 });
  expect(quality.pearson).toBeGreaterThan(0.8);
  expect(quality.spearman).toBeGreaterThan(0.8);

  const others = Array.from({ length: 100 }, window);
  const scores = await scorer.score(others);
  const errors = others.map((tokens, n) => (scores[n] - truth(tokens)) ** 2);
  const spread = others.map((tokens) => (truth(tokens) - 3) ** 2);
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  expect(total(errors) / total(spread)).toBeLessThan(0.35);
});

test("where words say nothing of the scores, it refuses", () => {
  const sentence = "the distilled scorer does not tell good text from bad: its correlation";
  expect(refusalOf(() => distil(documents(40, () => 1)))).toContain(sentence);
  expect(refusalOf(() => distil(documents(2, () => 1)))).toContain("too few documents to distil a scorer from");
});
