import { expect, test } from "vitest";
import { area } from "./area.js";

test("the area under a loss curve is its mean over the steps", () => {
  expect(area(Float64Array.of(4, 2, 1, 1))).toBe(2);
});
