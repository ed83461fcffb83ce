import { expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { blockLength, redrawBlocks } from "./block-bootstrap.js";

const autocorrelated = (rho: number, n: number) => {
  const random = createRandom(1, "residuals");
  let value = random.normal();
  return Float64Array.from({ length: n }, () => {
    value = rho * value + Math.sqrt(1 - rho * rho) * random.normal();
    return value;
  });
};

test("blocks grow with the correlation of neighbours, up to a fifth of the residuals", () => {
  expect(blockLength(autocorrelated(0, 5000))).toBeLessThanOrEqual(4);
  // Andrews' rule at rho = 0.8 and n = 5000: 1.1447 (19.75 x 5000)^(1/3) = 52.9.
  expect(Math.abs(blockLength(autocorrelated(0.8, 5000)) - 53)).toBeLessThan(8);
  expect(blockLength(Float64Array.from({ length: 100 }, (_, i) => i))).toBe(20);
  expect(blockLength(new Float64Array(100).fill(0.125))).toBe(1);
});

test("a redraw keeps blocks whole, near their place, and the steps before the first as they are", () => {
  const [first, end, length] = [10, 207, 7];
  const { source, sign } = redrawBlocks(first, end, length, createRandom(1, "redraw"));
  for (let step = 0; step < end; step++) {
    const start = first + length * Math.floor((step - first) / length);
    if (step < first) {
      expect([source[step], sign[step]]).toEqual([step, 1]);
    } else {
      expect(source[step] - source[start]).toBe(step - start);
      expect(sign[step]).toBe(sign[start]);
      expect(source[start]).toBeGreaterThanOrEqual(Math.min(Math.max(first, Math.floor(start / 2)), end - length));
      expect(source[step]).toBeLessThan(Math.min(end, 2 * start + 1 + length));
    }
  }
  expect(new Set(sign.subarray(first))).toEqual(new Set([-1, 1]));
});
