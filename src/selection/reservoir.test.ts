import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { reservoirSample } from "./reservoir.js";

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield i;
}

test("a stream with fewer items is taken whole", async () => {
  expect(await reservoirSample(numbers(3), 5, createRandom(1, "sample"))).toEqual([0, 1, 2]);
});

test("the same seed takes the same items, another takes others", async () => {
  const sample = (seed: number) => reservoirSample(numbers(1000), 20, createRandom(seed, "sample"));
  expect(await sample(1)).toEqual(await sample(1));
  expect(await sample(1)).not.toEqual(await sample(2));
  expect(new Set(await sample(1)).size).toBe(20);
});

test("every item is as likely", async () => {
  const taken = new Array(10).fill(0);
  const random = createRandom(3, "sample");
  const draws = 4000;
  for (let i = 0; i < draws; i++) for (const item of await reservoirSample(numbers(10), 3, random)) taken[item] += 1;
  // 3 in 10, with a standard deviation of 0.7% of the draws.
  for (const count of taken) expect(Math.abs(count / draws - 0.3)).toBeLessThan(0.035);
});
