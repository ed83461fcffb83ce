import { expect, test } from "vitest";
import { learningRates } from "./learning-rates.js";

/** eta[0] .. eta[steps - 1] under a constant schedule. */
function rates({ steps, learningRate, warmup }: { steps: number; learningRate: number; warmup: number }): number[] {
  return Array.from({ length: steps }, (_, t) => learningRates(learningRate, { warmup }, () => 1)(t));
}

test("the learning rate rises linearly over the warm-up and stays", () => {
  expect(rates({ steps: 6, learningRate: 0.4, warmup: 4 })).toEqual([0.1, 0.2, 0.4 * 0.75, 0.4, 0.4, 0.4]);
  expect(rates({ steps: 3, learningRate: 0.4, warmup: 0 })).toEqual([0.4, 0.4, 0.4]);
  expect(rates({ steps: 3, learningRate: 0.4, warmup: 1 })).toEqual([0.4, 0.4, 0.4]);
  // A warm-up longer than the process ends before its rate is reached.
  expect(rates({ steps: 2, learningRate: 0.4, warmup: 8 })).toEqual([0.05, 0.1]);
});
