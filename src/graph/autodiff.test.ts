import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { differences, dot, drawn, expectClose } from "../testing/check-derivatives.js";
import { compiled } from "../testing/evaluate.js";
import { manyOperators, manyOperatorsShapes } from "../testing/many-operators.js";
import { grad, jvp, vjp } from "./autodiff.js";
import { constantValue, input, literal } from "./constants.js";
import { add, cast, greater, mul } from "./elementwise.js";
import type { Node } from "./node.js";
import { sum } from "./reductions.js";

const shapes = manyOperatorsShapes;
const x = Object.entries(shapes).map(([name, shape]) => input(name, shape, "float64"));
const random = createRandom(1, "autodiff");
const draw = () => Object.values(shapes).map((shape) => drawn(shape[0] * (shape[1] ?? 1), "normal", random));
const directions = (prefix: string) =>
  Object.entries(shapes).map(([name, shape]) => input(prefix + name, shape, "float64"));
const named = (prefix: string, values: readonly Float64Array[]) =>
  Object.fromEntries(Object.keys(shapes).map((name, i) => [prefix + name, values[i]]));
const outputs = (nodes: readonly Node[]) => Object.fromEntries(nodes.map((node, i) => [`y${i}`, node]));
const flatten = (results: Record<string, ArrayLike<unknown>>) =>
  Object.keys(shapes).flatMap((_, i) => Array.from(results[`y${i}`] as ArrayLike<number>));
const flatDot = (a: readonly number[], b: readonly Float64Array[]) =>
  dot(
    a,
    b.flatMap((part) => [...part]),
  );

describe("a function of many operators", () => {
  const at = draw();
  const [v, w] = [draw(), draw()];
  const moved = (direction: readonly Float64Array[], h: number) =>
    named(
      "",
      at.map((values, i) => values.map((number, j) => number + h * direction[i][j])),
    );
  const f = manyOperators(x[0], x[1], x[2]);
  const gradient = grad(f, x);
  const product = jvp(gradient, x, directions("v."));

  test("the gradient against differences of the function", async () => {
    const [value, slope] = [await compiled({ y: f }), await compiled(outputs(gradient))];
    const numeric = await differences(async (h) => (await value(moved(v, h))).y as Float64Array, 1e-4);
    expectClose([flatDot(flatten(await slope(moved(v, 0))), v)], numeric, 1e-8, "directional derivative");
  });

  test("jvp(grad) against differences of the gradient, and the Hessian is symmetric", async () => {
    const [slope, hessian] = [await compiled(outputs(gradient)), await compiled(outputs(product))];
    const Hv = flatten(await hessian({ ...moved(v, 0), ...named("v.", v) }));
    const Hw = flatten(await hessian({ ...moved(v, 0), ...named("v.", w) }));
    const numeric = await differences(async (h) => flatten(await slope(moved(v, h))), 1e-4);
    expectClose(Hv, numeric, 1e-8, "H v");
    const [wHv, vHw] = [flatDot(Hv, w), flatDot(Hw, v)];
    expect(Math.abs(wHv - vHw)).toBeLessThan(1e-11 * Math.abs(vHw));
  });

  test("reverse over reverse and reverse over forward give the same product", async () => {
    const inner = gradient.map((part, i) => sum(mul(part, directions("v.")[i]))).reduce(add);
    const [slope] = jvp([f], x, directions("v."));
    const inputs = { ...moved(v, 0), ...named("v.", v) };
    const expected = flatten(await (await compiled(outputs(product)))(inputs));
    for (const scalar of [inner, slope])
      expectClose(flatten(await (await compiled(outputs(grad(scalar, x))))(inputs)), expected, 1e-12, "H v");
  });

  test("third order: grad(jvp of grad) against differences of the Hessian's", async () => {
    const curvature = product.map((part, i) => sum(mul(part, directions("w.")[i]))).reduce(add);
    const value = await compiled({ y: curvature });
    const slope = await compiled(outputs(grad(curvature, x)));
    const fixed = { ...named("v.", v), ...named("w.", w) };
    const u = draw();
    const numeric = await differences(async (h) => (await value({ ...moved(u, h), ...fixed })).y as Float64Array, 1e-4);
    const third = flatten(await slope({ ...moved(u, 0), ...fixed }));
    expectClose([flatDot(third, u)], numeric, 1e-8, "third derivative");
  });
});

test("x^5, derivative by derivative", async () => {
  const t = input("t", [], "float64");
  let y = [t, t, t, t, t].reduce(mul);
  const derivatives: Record<string, Node> = {};
  for (let order = 1; order <= 6; order++) {
    y = order % 2 === 0 ? grad(y, [t])[0] : jvp([y], [t], [literal([1], [], "float64")])[0];
    derivatives[`d${order}`] = y;
  }
  const results = await (await compiled(derivatives))({ t: Float64Array.of(2) });
  expect(Object.values(results).map((values) => values[0])).toEqual([80, 160, 240, 240, 120, 0]);
});

test("what does not depend on an input has a zero derivative, without any computation", () => {
  const [a, b] = [input("a", [2]), input("b", [3])];
  const y = sum(mul(a, a));
  expect(constantValue(grad(y, [b])[0])).toBe(0);
  expect(grad(y, [b])[0].shape).toEqual([3]);
  expect(constantValue(jvp([y], [b], [b])[0])).toBe(0);
  expect(constantValue(grad(sum(cast(greater(a, 0), "float32")), [a])[0])).toBe(0);
});

test("several outputs, and one output twice, add their cotangents", async () => {
  const a = input("a", [2], "float64");
  const [square, double] = [mul(a, a), mul(a, 2)];
  const ones = literal([1, 1], [2], "float64");
  const [gradient] = vjp([square, double, square], [a], [ones, ones, ones]);
  const run = await compiled({ gradient });
  expect([...(await run({ a: Float64Array.of(1, 3) })).gradient]).toEqual([6, 14]);
});

test("the derivative with respect to a value inside the program", async () => {
  const a = input("a", [2], "float64");
  const inside = mul(a, a);
  const [gradient] = grad(sum(mul(inside, inside)), [inside]);
  const run = await compiled({ gradient });
  expect([...(await run({ a: Float64Array.of(1, 3) })).gradient]).toEqual([2, 18]);
});
