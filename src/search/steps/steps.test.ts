import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { PolicyBlocks } from "../policy-blocks.js";
import { projectOntoSimplex, simplexDefect } from "../simplex.js";
import { QuadraticModel } from "./quadratic-model.js";
import { stepRules } from "./registry.js";
import type { SearchPoint, StepRule } from "./step-rule.js";
import { SUFFICIENT } from "./sufficient-decrease.js";

const ROWS = 3;
const N = 8;
const SIZE = ROWS * N;
const blocks = new PolicyBlocks(ROWS, N, 1);

/** 1/2 (x - c)' A (x - c), A symmetric with eigenvalues from about 0.1 to 100: stiff, as the area of a search is. */
function quadratic(seed: number) {
  const random = createRandom(seed, "quadratic");
  const roots = Array.from({ length: SIZE }, (_, i) =>
    Float64Array.from({ length: SIZE }, () => (random.normal() * 10 ** (1 - (2 * i) / SIZE)) / Math.sqrt(SIZE)),
  );
  const center = Float64Array.from({ length: SIZE }, () => 1 / N + 0.1 * random.normal());
  const gradientAt = (x: Float32Array) => {
    const gradient = new Float64Array(SIZE);
    for (const root of roots) {
      const along = root.reduce((sum, value, i) => sum + value * (x[i] - center[i]), 0);
      root.forEach((value, i) => {
        gradient[i] += along * value;
      });
    }
    return gradient;
  };
  // Above 0, as losses are.
  const area = (x: Float32Array) =>
    1 + gradientAt(x).reduce((sum, slope, i) => sum + 0.5 * slope * (x[i] - center[i]), 0);
  return { gradientAt, area };
}

const uniform = () => blocks.array().fill(1 / N);

/** Lets a rule improve for some epochs; every point with the candidates whose area was asked on the way. */
async function improved(rule: StepRule, { gradientAt, area }: ReturnType<typeof quadratic>, epochs: number) {
  const points: (SearchPoint & { tried: Float32Array[] })[] = [];
  let weights: Float32Array = uniform();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const point = { epoch, weights, area: area(weights), gradient: gradientAt(weights) };
    const tried: Float32Array[] = [];
    const next = blocks.array();
    const found = await rule.improve(
      point,
      async (candidate) => {
        tried.push(candidate.slice());
        return area(candidate);
      },
      next,
    );
    points.push({ ...point, tried });
    if (!found) break;
    expect(next).toEqual(tried.at(-1));
    weights = next;
  }
  return { points, weights };
}

const facts = { blocks, epochs: 20, epsilon: 0.1 };

describe.each(["quasi-newton", "backtracking"])("steps by %s", (name) => {
  const create = () => stepRules.create(stepRules.choose(name), facts);

  test("are policies that satisfy the sufficient decrease; those before them do not", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const problem = quadratic(seed);
        const { points } = await improved(create(), problem, 6);
        for (const { weights, area, gradient, tried } of points)
          for (const [i, candidate] of tried.entries()) {
            for (let r = 0; r < ROWS; r++) expect(simplexDefect(blocks.row(candidate, r), 1e-5)).toBeUndefined();
            const expected = blocks.dot(gradient, candidate) - blocks.dot(gradient, weights);
            expect(problem.area(candidate) <= area + SUFFICIENT * Math.min(0, expected)).toBe(i === tried.length - 1);
          }
      }),
      { numRuns: 30 },
    );
  });

  test("come to the minimum, where none is left to take", async () => {
    const problem = quadratic(1);
    const { points, weights } = await improved(create(), problem, 2000);
    expect(points.length).toBeLessThan(2000);
    // Held to a long projected gradient descent with a step that is small enough for the stiffest direction.
    let best: Float32Array = uniform();
    for (let i = 0; i < 20000; i++) {
      const gradient = problem.gradientAt(best);
      best = best.map((value, j) => value - 0.01 * gradient[j]);
      for (let r = 0; r < ROWS; r++) projectOntoSimplex(blocks.row(best, r));
    }
    expect(problem.area(weights)).toBeCloseTo(problem.area(best), 5);
  });

  test("go on from a state as if they had never stopped", async () => {
    const problem = quadratic(2);
    const whole = await improved(create(), problem, 9);
    const rule = create();
    await improved(rule, problem, 5);
    const { numbers, arrays } = structuredClone(rule.state());
    const other = create();
    other.restore({ numbers, arrays });
    const { weights, area, gradient } = whole.points[5];
    const next = blocks.array();
    await other.improve({ epoch: 5, weights, area, gradient }, async (candidate) => problem.area(candidate), next);
    expect(next).toEqual(whole.points[6].weights);
  });
});

test("quasi-newton comes nearer in as many steps, where some directions are stiff and most are not", async () => {
  for (const seed of [1, 2, 3]) {
    const problem = quadratic(seed);
    const after = async (name: string) =>
      problem.area((await improved(stepRules.create(stepRules.choose(name), facts), problem, 12)).weights);
    expect(await after("quasi-newton")).toBeLessThan(await after("backtracking"));
  }
});

describe("the quadratic model", () => {
  const random = createRandom(3, "pairs");
  const { gradientAt } = quadratic(4);
  const origin = gradientAt(blocks.array());
  const pairs = [1, 2, 3].map(() => {
    const move = blocks.array().map(() => random.normal());
    return { move, change: gradientAt(move).map((slope, i) => slope - origin[i]) };
  });
  const model = new QuadraticModel(blocks, 0.7, pairs);
  const product = (v: Float32Array) => {
    const into = blocks.array();
    model.multiply(v, into);
    return into;
  };

  test("meets the secant equation B s = y of the newest pair, is symmetric, and positive", () => {
    const { move, change } = pairs[2];
    product(move).forEach((value, i) => {
      expect(value).toBeCloseTo(change[i], 4);
    });
    const [u, v] = [1, 2].map(() => blocks.array().map(() => random.normal()));
    expect(blocks.dot(u, product(v))).toBeCloseTo(blocks.dot(v, product(u)), 4);
    expect(blocks.dot(u, product(u))).toBeGreaterThan(0);
  });

  test("without pairs is sigma I, whose minimum is a projection", () => {
    const plain = new QuadraticModel(blocks, 2, []);
    const gradient = gradientAt(uniform());
    const minimum = blocks.array();
    plain.minimise(uniform(), gradient, 5, minimum);
    const projected = uniform().map((weight, i) => weight - gradient[i] / 2);
    for (let r = 0; r < ROWS; r++) projectOntoSimplex(blocks.row(projected, r));
    minimum.forEach((value, i) => {
      expect(value).toBeCloseTo(projected[i], 5);
    });
  });

  test("is least where the gap of its own gradient is 0", () => {
    const gradient = gradientAt(uniform());
    const minimum = blocks.array();
    model.minimise(uniform(), gradient, 200, minimum);
    const slope = product(minimum.map((value, i) => value - uniform()[i])).map((value, i) => value + gradient[i]);
    for (let r = 0; r < ROWS; r++) {
      const [weights, slopes] = [blocks.row(minimum, r), blocks.row(slope, r)];
      const mean = weights.reduce((sum, weight, n) => sum + weight * slopes[n], 0);
      expect(mean - Math.min(...slopes)).toBeLessThan(1e-3);
    }
  });
});
