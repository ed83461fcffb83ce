import { expect, test } from "vitest";
import { count, number, percent, times, whole } from "./format.js";

test("numbers keep their significant digits, and are scientific only where they must be", () => {
  expect([0.0012345, 1.5, 123.456, 0, -2.5, 3e-14, 1.5e7].map((value) => number(value))).toEqual([
    "0.00123",
    "1.50",
    "123",
    "0",
    "−2.50",
    "3.00e−14",
    "1.50e+7",
  ]);
  expect(number(null)).toBe("–");
});

test("shares are percentages, and those beyond all measure are short", () => {
  expect([0, 0.885, -0.01, -3e12, null].map((share) => percent(share))).toEqual([
    "0.0%",
    "88.5%",
    "−1.0%",
    "−3.0e+14%",
    "–",
  ]);
});

test("accelerations, counts and large numbers", () => {
  expect([2.163, 66.0005].map(times)).toEqual(["2.16", "66.0"]);
  expect([count(1, "step"), count(2, "policy", "policies"), whole(16384)]).toEqual(["1 step", "2 policies", "16,384"]);
});
