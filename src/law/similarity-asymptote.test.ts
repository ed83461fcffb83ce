import { expect, test } from "vitest";
import { similarityAsymptote } from "./similarity-asymptote.js";

const at = (logCompressionRatio: number, similarity: number) => ({ logCompressionRatio, similarity });

test("the limit and scale of a hyperbola are found", () => {
  const points = [0.1, 0.5, 1, 1.3].map((x) => at(x, 0.2 / (1.5 - x)));
  const { limit, scale } = similarityAsymptote(points)!;
  expect(limit).toBeCloseTo(1.5, 12);
  expect(scale).toBeCloseTo(0.2, 12);
});

test("there is none for two points, or where contributions do not become more similar", () => {
  expect(similarityAsymptote([at(0, 1), at(1, 2)])).toBeUndefined();
  expect(similarityAsymptote([at(0, 3), at(1, 2), at(2, 1)])).toBeUndefined();
});
