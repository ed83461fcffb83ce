import { expect } from "vitest";
import { createRandom, type Random } from "../base/random.js";
import { jvp, vjp } from "../graph/autodiff.js";
import { input } from "../graph/constants.js";
import { type Node, type Shape, size } from "../graph/node.js";
import { compiled } from "./evaluate.js";

/** How the numbers of an argument are drawn: `apart` are all different, by 0.1 or more and as far from 0. */
export type Draw = "normal" | "positive" | "apart";

export interface Argument {
  readonly shape: Shape;
  readonly draw?: Draw;
}

/** Of a fourth-order central difference: rounding 1e-16 / STEP and a remainder of STEP^4 stay near 1e-12. */
const STEP = 1e-3;

/**
 * Checks the derivatives of y = f(x1, x2, ...) in float64 at random numbers, in random directions v and u:
 * the jvp J v and every entry of the vjp J' u against central differences, <u, J v> = <J' u, v>, and the jvp of the
 * vjp (forward over reverse, as in a Hessian-vector product) against differences of the vjp.
 */
export async function checkDerivatives(
  f: (...x: Node[]) => Node,
  args: readonly Argument[],
  { tolerance = 1e-9, seed = 1 } = {},
): Promise<void> {
  const random = createRandom(seed, "derivatives");
  const x = args.map(({ shape }, i) => input(`x${i}`, shape, "float64"));
  const v = args.map(({ shape }, i) => input(`v${i}`, shape, "float64"));
  const y = f(...x);
  const u = input("u", y.shape, "float64");
  const pullback = vjp([y], x, [u]);
  const named = (prefix: string, nodes: readonly Node[]) =>
    Object.fromEntries(nodes.map((node, i) => [prefix + i, node]));

  const value = await compiled({ y });
  const reverse = await compiled(named("pullback", pullback));
  const all = await compiled({ ...named("tangent", jvp([y], x, v)), ...named("second", jvp(pullback, x, v)) });

  const at = args.map(({ shape, draw = "normal" }) => drawn(size(shape), draw, random));
  const along = args.map(({ shape }) => drawn(size(shape), "normal", random));
  const weights = drawn(size(y.shape), "normal", random);
  const inputs = (xs: readonly Float64Array[]) => ({
    ...Object.fromEntries(xs.map((values, i) => [`x${i}`, values])),
    ...Object.fromEntries(along.map((values, i) => [`v${i}`, values])),
    u: weights,
  });
  const moved = (direction: readonly Float64Array[], h: number) =>
    at.map((values, i) => values.map((number, j) => number + h * direction[i][j]));
  const valueAt = async (xs: readonly Float64Array[]) => (await value(inputs(xs))).y as Float64Array;
  const pullbackAt = async (xs: readonly Float64Array[]) => {
    const parts = await reverse(inputs(xs));
    return args.map((_, i) => parts[`pullback${i}`] as Float64Array);
  };

  const results = await all(inputs(at));
  const tangent = results.tangent0 as Float64Array;
  const gradient = await pullbackAt(at);

  // Forward mode, and reverse mode against it.
  expectClose(tangent, await differences(async (h) => valueAt(moved(along, h))), tolerance, "J v");
  const products = gradient.flatMap((part, i) => [...part].map((number, j) => number * along[i][j]));
  expectClose([dot(weights, tangent)], [total(products)], 1e-12, "<u, J v> = <J' u, v>", total(products.map(Math.abs)));

  // Every entry of reverse mode.
  for (const [i, { shape }] of args.entries()) {
    const numeric = new Float64Array(size(shape));
    for (let j = 0; j < numeric.length; j++) {
      const unit = args.map(({ shape: other }, k) => new Float64Array(size(other)).fill(k === i ? 1 : 0, j, j + 1));
      [numeric[j]] = await differences(async (h) => [dot(weights, await valueAt(moved(unit, h)))]);
    }
    expectClose(gradient[i], numeric, tolerance, `J' u, argument ${i}`);
  }

  // Forward over reverse.
  for (const i of args.keys()) {
    const numeric = await differences(async (h) => (await pullbackAt(moved(along, h)))[i]);
    expectClose(results[`second${i}`] as Float64Array, numeric, tolerance, `d(J' u), argument ${i}`);
  }
}

/** The derivative at 0 of a function of h, entry by entry, by fourth-order central differences. */
export async function differences(f: (h: number) => Promise<ArrayLike<number>>, h = STEP): Promise<number[]> {
  const [left2, left, right, right2] = [await f(-2 * h), await f(-h), await f(h), await f(2 * h)];
  return Array.from(left, (_, i) => (8 * (right[i] - left[i]) - (right2[i] - left2[i])) / (12 * h));
}

/** Entries may differ by `tolerance` times the largest number in sight (at least 1, or the given scale). */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
  scale = 1,
): void {
  expect(actual.length, what).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, number) => Math.max(most, Math.abs(number)), scale);
  for (let i = 0; i < actual.length; i++)
    if (!(Math.abs(actual[i] - expected[i]) <= tolerance * largest))
      expect.fail(`${what}: entry ${i} is ${actual[i]}, expected ${expected[i]} within ${tolerance * largest}`);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return total(Array.from(a, (number, i) => number * b[i]));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

export function drawn(count: number, draw: Draw, random: Random): Float64Array {
  if (draw === "normal") return Float64Array.from({ length: count }, random.normal);
  if (draw === "positive") return Float64Array.from({ length: count }, () => 0.5 + 2 * random.uniform());
  return Float64Array.from(random.permutation(count), (place) => 0.2 * (place - Math.floor(count / 2)) + 0.1);
}
