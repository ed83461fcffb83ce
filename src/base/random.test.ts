import { describe, expect, test } from "vitest";
import { createRandom } from "./random.js";

// Runs are the same numbers for ever: these were drawn when sha256 was that of node:crypto.
test.each([
  [1, "theta", [0.643976727489901, -2.340238704877599, 338, [2, 0, 5, 3, 4, 1], 0.6124158512077267]],
  [7, "", [0.8044019867219527, 0.34307248614084934, 831, [3, 5, 4, 0, 1, 2], 1.76135181386814]],
  [0, "order of epoch 3", [0.46396498511603956, -1.0957131554031387, 765, [0, 4, 5, 3, 1, 2], 0.38570112062732126]],
  [-3, "naïve 🎲 purpose", [0.8864561693211376, 0.9087932269203483, 540, [4, 1, 5, 0, 2, 3], -1.3063350429079388]],
  [
    2 ** 53 - 1,
    "x".repeat(200),
    [0.052029211894252025, 1.3675004509452968, 799, [0, 5, 1, 2, 4, 3], -1.2317772789698171],
  ],
  [0.5, "teacher", [0.2977049311114047, -0.627038296526837, 698, [0, 4, 2, 1, 5, 3], -0.15011902967486968]],
])("seed %d and purpose %j give the numbers that they always gave", (seed, purpose, expected) => {
  const { uniform, normal, integer, permutation } = createRandom(seed, purpose);
  expect([uniform(), normal(), integer(1000), [...permutation(6)], normal()]).toEqual(expected);
});

describe("streams", () => {
  const first = (seed: number, purpose: string) => createRandom(seed, purpose).uniform();

  test("of one seed and purpose are the same, of others differ", () => {
    expect(first(1, "a")).toBe(first(1, "a"));
    const others = [first(1, "a"), first(2, "a"), first(1, "b"), first(11, "a"), first(1, "1/a")];
    expect(new Set(others).size).toBe(others.length);
  });

  test("a permutation holds every number once", () => {
    expect([...createRandom(3, "order").permutation(100)].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
  });
});
