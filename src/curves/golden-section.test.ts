import fc from "fast-check";
import { expect, test } from "vitest";
import { goldenSectionMaximum } from "./golden-section.js";

test("finds the maximum, wherever in the bracket or at its ends", () => {
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (peak) => {
      const found = goldenSectionMaximum((x) => -Math.abs(x - peak), -3, 4, 1e-6);
      expect(Math.abs(found - Math.min(Math.max(peak, -3), 4))).toBeLessThan(1e-6);
    }),
  );
});
