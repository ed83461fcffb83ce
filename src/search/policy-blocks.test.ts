import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { policyRow } from "./policy.js";
import { PolicyBlocks } from "./policy-blocks.js";

const N = 3;

describe("rows of blocks stand for policies that are the same within every block", () => {
  test("there and back, and inner products and mean gradients are those of all steps", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 15 }), fc.integer(), (T, length, seed) => {
        const blocks = new PolicyBlocks(T, N, length);
        const random = createRandom(seed, "blocks");
        const draw = () => blocks.array().map(() => random.normal());
        const [a, b] = [draw(), draw()];
        const whole = blocks.policy(a);
        expect(blocks.rows).toBe(Math.ceil(T / length));
        for (let t = 0; t < T; t++) expect(policyRow(whole, t)).toEqual(blocks.row(a, Math.floor(t / length)));
        const back = blocks.array();
        blocks.read(whole, back);
        expect(back).toEqual(a);

        const wholeA = whole.weights.slice();
        const wholeB = blocks.policy(b).weights;
        const product = wholeA.reduce((sum, value, i) => sum + value * wholeB[i], 0);
        expect(blocks.dot(a, b)).toBeCloseTo(product, 4);

        // < b, gradient > over blocks is < b, gradient > over steps.
        const gradient = new Float64Array(blocks.rows * N);
        const ofSteps = Array.from({ length: T }, () => Float64Array.from({ length: N }, random.normal));
        for (let t = T - 1; t >= 0; t--) blocks.addStep(t, ofSteps[t], gradient);
        const overSteps = ofSteps.reduce(
          (sum, row, t) => sum + row.reduce((part, slope, n) => part + slope * wholeB[t * N + n], 0),
          0,
        );
        expect(blocks.dot(b, gradient)).toBeCloseTo(overSteps, 4);
      }),
      { numRuns: 50 },
    );
  });

  test("with a row for every step the policy's weights are the rows themselves", () => {
    const weights = Float32Array.of(0.5, 0.25, 0.25, 1, 0, 0);
    expect(new PolicyBlocks(2, 3, 1).policy(weights).weights).toBe(weights);
  });
});
