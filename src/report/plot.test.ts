import { expect, test } from "vitest";
import { logTicks } from "./plot.js";

test("logarithmic axes have round ticks at every range", () => {
  expect(logTicks(1, 60)).toEqual([1, 2, 5, 10, 20, 50]);
  expect(logTicks(1, 2000)).toEqual([1, 3, 10, 30, 100, 300, 1000]);
  expect(logTicks(5.85, 6.38)).toEqual([5.9, 6, 6.1, 6.2, 6.3]);
  expect(logTicks(0.24, 0.76)).toEqual([0.3, 0.4, 0.5, 0.6, 0.7]);
});
