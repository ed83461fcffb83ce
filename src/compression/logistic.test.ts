import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { squash, stretch, stretches } from "./logistic.js";

test("squash is the logistic function", () => {
  fc.assert(
    fc.property(fc.double({ min: -12, max: 12, noNaN: true }), (x) => {
      const exact = 1 / (1 + Math.exp(-x));
      expect(Math.abs(squash(x) - exact)).toBeLessThan(4e-6);
      expect(Math.abs(squash(x) / exact - 1)).toBeLessThan(1e-4);
    }),
  );
  expect(squash(1000)).toBe(squash(12));
  expect(squash(-1000)).toBe(squash(-12));
});

test("stretch is its inverse, at the points of its table", () => {
  for (let i = 0; i < stretches.length; i++) {
    const p = (i + 0.5) / stretches.length;
    expect(Math.abs(stretches[i] - Math.log(p / (1 - p)))).toBeLessThan(1e-12);
    expect(stretch(p)).toBe(stretches[i]);
  }
});

test("the tables are the same on every machine, to the last bit", () => {
  const points = Float64Array.from({ length: 4000 }, (_, i) => squash(i / 100 - 20));
  const digest = sha256(new Uint8Array(Float64Array.of(...points, ...stretches).buffer));
  expect(Buffer.from(digest).toString("hex").slice(0, 16)).toBe("ca606cb1d7a457da");
});
