import { expect, test } from "vitest";
import { acceleration } from "./acceleration.js";
import { compressionRatio } from "./compression-ratio.js";

const curve = (...losses: number[]) => Float64Array.from(losses);

test("conventional learning has acceleration 1", () => {
  expect(acceleration(curve(4, 3, 2, 1), curve(4, 3, 2, 1))).toBe(1);
});

test("the step is interpolated linearly", () => {
  // 2.5 lies half way between the losses after steps 1 and 2: 4 steps / 1.5.
  expect(acceleration(curve(3, 2, 1, 0), curve(4, 3.5, 3, 2.5))).toBeCloseTo(4 / 1.5, 12);
  expect(acceleration(curve(2, 1, 1, 1), curve(4, 3, 3, 2))).toBe(4);
});

test("a process that never gets there has no acceleration", () => {
  expect(acceleration(curve(4, 3.5), curve(4, 3))).toBeNaN();
});

test("conventional learning that rises or is flat makes no measure: nothing is faster than it, nor is it itself", () => {
  for (const losses of [[4, 4, 4, 4], [4, 5, 6, 7], [4, 1, 2, 3], [4, 3.9999999, 3.9999998, 3.9999998], [4]]) {
    expect(acceleration(curve(...losses), curve(...losses)), String(losses)).toBeNaN();
    expect(acceleration(curve(1, 1, 1, 1), curve(...losses)), String(losses)).toBeNaN();
  }
});

test("conventional learning has acceleration 1 also where its loss moves up and down at the end", () => {
  expect(acceleration(curve(6, 5, 4, 2, 3), curve(6, 5, 4, 2, 3))).toBe(1);
  // It is there after 3.5 steps, half way to the fourth; the other after one.
  expect(acceleration(curve(3, 2, 1, 1, 1), curve(6, 5, 4, 2, 3))).toBe(3.5);
});

test("a mean loss of one bit under two outcomes does not compress", () => {
  expect(compressionRatio(Math.log(2), 2)).toBeCloseTo(1, 15);
  expect(compressionRatio(Math.log(32), 1024)).toBeCloseTo(2, 12);
});
