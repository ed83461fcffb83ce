import { expect, test } from "vitest";
import { similarityAsymptote } from "./similarity-asymptote.js";

const at = (logCompressionRatio: number, similarity: number) => ({ logCompressionRatio, similarity });

test("the limit and scale of a hyperbola are found", () => {
  const points = [0.1, 0.5, 1, 1.3].map((x) => at(x, 0.2 / (1.5 - x)));
  const { limit, scale } = similarityAsymptote(points)!;
  // The limit is tried at distances that grow by 2.3%.
  expect(Math.abs(limit - 1.5)).toBeLessThan(0.023 * 0.2);
  expect(scale).toBeCloseTo(0.2, 2);
});

test("the limit lies beyond every policy measured", () => {
  const { limit } = similarityAsymptote([at(0.1, 0.02), at(0.2, 3), at(0.3, 3.5), at(0.4, 40)])!;
  expect(limit).toBeGreaterThan(0.4);
});

test("there is none for two points, for one log CR, or where contributions do not become more similar", () => {
  expect(similarityAsymptote([at(0, 1), at(1, 2)])).toBeUndefined();
  expect(similarityAsymptote([at(1, 1), at(1, 2), at(1, 3)])).toBeUndefined();
  expect(similarityAsymptote([at(0, 3), at(1, 2), at(2, 1)])).toBeUndefined();
});
