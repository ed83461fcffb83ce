import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { BUCKETS, multiply, multiplyTransposed, ngramFeatures } from "./hashed-ngrams.js";

/** The features of one window, as numbers that are not 0 by bucket. */
function featuresOf(window: readonly number[]): Map<number, number> {
  const into = new Float64Array(BUCKETS);
  multiplyTransposed(ngramFeatures([window]), Float64Array.of(1), into);
  return new Map([...into.entries()].filter(([, value]) => value !== 0));
}

test("a window has its tokens and pairs of tokens, divided by its length", () => {
  const features = featuresOf([5, 7, 5, 7]);
  // Tokens 5 and 7 twice each, the pair 5 7 twice, the pair 7 5 once.
  expect([...features.values()].sort()).toEqual([0.25, 0.5, 0.5, 0.5]);
  expect([...featuresOf([5]).values()]).toEqual([1]);
});

test("the order of tokens counts, through the pairs", () => {
  const [one, other] = [featuresOf([1, 2, 3]), featuresOf([3, 2, 1])];
  expect(one.size).toBe(5);
  expect([...one.keys()].filter((bucket) => other.has(bucket)).length).toBe(3);
});

test("n-grams are spread over the buckets as if at random", () => {
  const grams = 20_000;
  const used = featuresOf(Array.from({ length: grams / 2 }, (_, i) => i)).size;
  // Of random ones, B (1 - exp(-n / B)) buckets have something.
  const expected = BUCKETS * (1 - Math.exp(-grams / BUCKETS));
  expect(Math.abs(used / expected - 1)).toBeLessThan(0.02);
});

test("the two products are each other's transpose", () => {
  const random = createRandom(1, "n-grams");
  const windows = Array.from({ length: 20 }, () =>
    Array.from({ length: 2 + random.integer(10) }, () => random.integer(30)),
  );
  const features = ngramFeatures(windows);
  const w = Float64Array.from({ length: BUCKETS }, random.normal);
  const v = Float64Array.from({ length: windows.length }, random.normal);
  const [image, back] = [new Float64Array(windows.length), new Float64Array(BUCKETS)];
  multiply(features, w, image);
  multiplyTransposed(features, v, back);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  expect(dot(image, v)).toBeCloseTo(dot(w, back), 10);
});
