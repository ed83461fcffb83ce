import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { compareScaling } from "./scaling-comparison.js";

test("power laws are found again, with intervals around them", () => {
  const random = createRandom(1, "noise");
  const curve = (B: number, beta: number) =>
    Float64Array.from({ length: 400 }, (_, i) => 1 + (B / (i + 1)) ** beta + 0.002 * random.normal());
  const comparison = compareScaling(curve(20, 0.5), curve(5, 0.6));
  if ("refused" in comparison || "refused" in comparison.intervals) throw new Error("refused");
  expect(comparison.improvement.B).toBeCloseTo(0.75, 1);
  expect(comparison.improvement.beta).toBeCloseTo(0.2, 1);
  const { B, beta } = comparison.intervals.improvement;
  for (const { low, high } of [B, beta]) expect(low).toBeLessThan(high);
  expect(comparison.predicted).toBeGreaterThan(4);
});

test("curves that allow no law say why", () => {
  const short = new Float64Array(6).fill(1);
  expect(compareScaling(short, short)).toEqual({ refused: expect.stringContaining("at least 40") });
});
