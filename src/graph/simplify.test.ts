import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { onnxModel } from "../runtime/onnx-model.js";
import { drawn, expectClose } from "../testing/check-derivatives.js";
import { compiled } from "../testing/evaluate.js";
import { manyOperators, manyOperatorsShapes } from "../testing/many-operators.js";
import { grad, jvp } from "./autodiff.js";
import { broadcastTo } from "./broadcasting.js";
import { constant, input, inputName, literal } from "./constants.js";
import { add, div, exp, log, mul, neg, sub } from "./elementwise.js";
import { scatterAdd } from "./indexing.js";
import { matmul } from "./matmul.js";
import { type Node, type Shape, size, topologicalOrder } from "./node.js";
import { sum } from "./reductions.js";
import { reshape } from "./shaping.js";
import { simplify } from "./simplify.js";
import { logSumExp } from "./softmax.js";

/** Runs a graph as it stands: without `simplify` and without ONNX Runtime's own optimisations. */
async function asWritten(outputs: Record<string, Node>, values: Record<string, Float64Array>) {
  const session = await InferenceSession.create(onnxModel(outputs, { fusedMatMul: false }), {
    intraOpNumThreads: 1,
    graphOptimizationLevel: "disabled",
  });
  const inputs = topologicalOrder(Object.values(outputs)).filter((node) => inputName(node) !== undefined);
  const feeds = inputs.map((node) => {
    const name = inputName(node)!;
    return [name, new Tensor("float64", values[name], node.shape)];
  });
  return session.run(Object.fromEntries(feeds));
}

async function expectSameNumbers(outputs: Record<string, Node>, written = outputs): Promise<void> {
  const random = createRandom(1, "simplify");
  const inputs = topologicalOrder(Object.values(outputs)).filter((node) => inputName(node) !== undefined);
  const values = Object.fromEntries(
    inputs.map((node) => [inputName(node)!, drawn(size(node.shape), "normal", random)]),
  );
  const expected = await asWritten(written, values);
  const actual = await (await compiled(outputs))(values);
  for (const name of Object.keys(outputs))
    expectClose(actual[name] as Float64Array, expected[name].data as Float64Array, 1e-12, name);
}

const names = (...outputs: Node[]) => topologicalOrder(simplify(outputs)).map((node) => node.operator.name);
const count = (name: string, ...outputs: Node[]) => names(...outputs).filter((each) => each === name).length;
const x = (...shape: number[]) => input("x", shape, "float64");
const y = (...shape: number[]) => input("y", shape, "float64");
const z = (...shape: number[]) => input("z", shape, "float64");

describe("the numbers are the same", () => {
  test("a function of many operators, its gradient and Hessian-vector product", async () => {
    const inputs = Object.entries(manyOperatorsShapes).map(([name, shape]) => input(name, shape, "float64"));
    const directions = Object.entries(manyOperatorsShapes).map(([name, shape]) => input(`v.${name}`, shape, "float64"));
    const outputs = (made?: Parameters<typeof manyOperators>[3]) => {
      const f = manyOperators(inputs[0], inputs[1], inputs[2], made);
      const gradient = grad(f, inputs);
      const product = jvp(gradient, inputs, directions);
      const each = [f, ...gradient, ...product].map((node, i) => [`output${i}`, node] as const);
      return Object.fromEntries(each);
    };
    // Composite operators are made of others by simplify alone: without it, the formulas.
    const byHand = {
      logSumExp: (logits: Node) => log(sum(exp(logits), [-1])),
      sigmoid: (score: Node) => div(1, add(1, exp(neg(score)))),
      softplus: (score: Node) => log(add(1, exp(score))),
    };
    await expectSameNumbers(outputs(), outputs(byHand));
  });

  test("random programs of sums, products, scalings and scatters", async () => {
    const step = fc.tuple(fc.nat(9), fc.nat(100), fc.nat(100));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), fc.array(fc.nat(100)), async (steps, kept) => {
        const nodes = randomProgram(steps);
        const last = nodes[nodes.length - 1];
        const outputs = [last, ...kept.slice(0, 3).map((i) => nodes[i % nodes.length])];
        const computed = outputs.filter((node) => inputName(node) === undefined);
        await expectSameNumbers(Object.fromEntries(computed.map((node, i) => [`output${i}`, node])));
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

/** Each step adds a node that uses earlier ones: what (of ten) and of which nodes of the shapes needed. */
function randomProgram(steps: readonly (readonly [number, number, number])[]): Node[] {
  const shapes = { wide: [4, 6], narrow: [6, 2], small: [4, 2], column: [4, 1] };
  type Kind = keyof typeof shapes;
  const nodes = Object.entries(shapes).map(([name, shape]) => input(name, shape, "float64"));
  const indices = literal([3, 0, 3, 1], [4], "int64");
  for (const [what, i, j] of steps) {
    const pick = (shape: Shape, at: number) => {
      const fitting = nodes.filter((node) => node.shape.join() === shape.join());
      return fitting[at % fitting.length];
    };
    const of = (kind: Kind, at = i) => pick(shapes[kind], at);
    const any = nodes[i % nodes.length];
    const other = pick(any.shape, j);
    const builders = [
      () => add(any, other),
      () => sub(any, mul(other, 0.5)),
      () => mul(of("wide"), of("column", j)),
      () => mul(of("column", j), of("small")),
      () => matmul(of("wide"), of("narrow", j)),
      () => matmul(of("wide"), of("small", j), { a: true, b: false }),
      () => matmul(of("small"), of("narrow", j), { a: false, b: true }),
      () => scatterAdd(constant(0, "float64", shapes.small), indices, of("small")),
      () => scatterAdd(of("wide", j), indices, of("wide")),
      () => sum(of("wide"), [1], { keep: true }),
    ];
    nodes.push(mul(builders[what](), 0.5), builders[what]());
  }
  return nodes;
}

test("equal subexpressions are computed once", () => {
  const f = () => exp(mul(x(3), add(y(3), 2)));
  expect(names(add(f(), f())).sort()).toEqual(["add", "add", "constant", "exp", "input", "input", "mul"]);
  const [a, b] = simplify([f(), f()]);
  expect(a).toBe(b);
  // The same operator with other attributes is another expression.
  expect(count("sum", sum(x(2, 2), [0]), sum(x(2, 2), [1]))).toBe(2);
  expect(count("constant", mul(x(2), Infinity), mul(x(2), -Infinity))).toBe(2);
});

test("arithmetic broadcasts its operands itself", async () => {
  const matrix = input("a", [3, 4], "float64");
  const column = broadcastTo(input("b", [3, 1], "float64"), [3, 4]);
  const row = broadcastTo(input("c", [4], "float64"), [3, 4]);
  const outputs = { y: div(sub(mul(matrix, column), row), matrix), both: add(column, row) };
  await expectSameNumbers(outputs);
  const broadcasts = (node: Node) =>
    topologicalOrder(simplify([node])).filter((x) => x.operator.name === "broadcastTo");
  expect(broadcasts(outputs.y)).toHaveLength(0);
  expect(broadcasts(outputs.both)).toHaveLength(1);
});

test("constants are folded", () => {
  const same = x(3);
  for (const node of [mul(same, 1), add(same, 0), sub(same, 0), div(same, 1), add(mul(1, same), 0)])
    expect(simplify([node])).toEqual([same]);
  const folded = simplify([mul(add(constant(2), constant(3)), constant(4))])[0];
  expect(folded.attributes).toMatchObject({ value: 20 });
});

describe("scalings of the rows of a wide matrix move to the narrow side of its products", () => {
  const wide = exp(x(4, 50));
  const column = y(4, 1);

  test.each([
    { name: "P B", product: matmul(mul(wide, column), z(50, 3)), small: [4, 3] },
    { name: "P B, the column first", product: matmul(mul(column, wide), z(50, 3)), small: [4, 3] },
    { name: "P' B", product: matmul(mul(wide, column), z(4, 3), { a: true, b: false }), small: [4, 3] },
  ])("$name", async ({ product, small }) => {
    const products = topologicalOrder(simplify([product])).filter((node) => node.operator.name === "mul");
    expect(products.map((node) => node.shape)).toEqual([small]);
    await expectSameNumbers({ product });
  });

  test.each([
    { name: "B is wider", product: matmul(mul(wide, column), z(50, 60)) },
    { name: "B is transposed", product: matmul(mul(wide, column), z(3, 50), { a: false, b: true }) },
    { name: "columns are scaled", product: matmul(mul(wide, y(1, 50)), z(50, 3)) },
  ])("but not where $name", async ({ product }) => {
    const products = topologicalOrder(simplify([product])).filter((node) => node.operator.name === "mul");
    expect(products.map((node) => node.shape)).toEqual([[4, 50]]);
    await expectSameNumbers({ product });
  });

  test("the scaled matrix keeps its value where it is an output too", async () => {
    const scaled = mul(wide, column);
    await expectSameNumbers({ scaled, product: matmul(scaled, z(50, 3)) });
  });
});

describe("sums fold into products", () => {
  const product = () => matmul(x(2, 3), y(3, 4));

  test("A B + C and C + A B are one gemm", async () => {
    for (const node of [add(product(), z(2, 4)), add(z(2, 4), product())]) {
      expect(names(node).sort()).toEqual(["gemm", "input", "input", "input"]);
      await expectSameNumbers({ node });
    }
  });

  test("a sum of products is one product and a gemm", async () => {
    const transposed = matmul(z(5, 2), input("w", [5, 4], "float64"), { a: true, b: false });
    const node = add(product(), transposed);
    expect([count("matmul", node), count("gemm", node), count("add", node)]).toEqual([1, 1, 0]);
    await expectSameNumbers({ node });
  });

  test("not where the product is needed elsewhere, or is an output", async () => {
    const shared = product();
    const twice = { node: add(shared, z(2, 4)), other: exp(shared) };
    expect(count("gemm", ...Object.values(twice))).toBe(0);
    await expectSameNumbers(twice);
    const output = { node: add(shared, z(2, 4)), shared };
    expect(count("gemm", ...Object.values(output))).toBe(0);
    await expectSameNumbers(output);
    expect(count("gemm", add(shared, shared))).toBe(0);
  });

  test("not where the other summand is broadcast, or the product is batched", async () => {
    expect(count("gemm", add(product(), z(4)))).toBe(0);
    await expectSameNumbers({ node: add(product(), z(4)) });
    expect(count("gemm", add(matmul(x(2, 2, 3), y(2, 3, 4)), z(2, 2, 4)))).toBe(0);
  });
});

describe("sums fold into scatters into zeros", () => {
  const indices = literal([0, 2, 0], [3], "int64");
  const scatter = () => scatterAdd(constant(0, "float64", [4, 2]), indices, x(3, 2));

  test("C + scatter(updates) scatters into C", async () => {
    for (const node of [add(scatter(), y(4, 2)), add(y(4, 2), scatter())]) {
      expect([count("scatterAdd", node), count("add", node), count("constant", node)]).toEqual([1, 0, 0]);
      await expectSameNumbers({ node });
    }
  });

  test("two scatters become a chain", async () => {
    const other = scatterAdd(constant(0, "float64", [4, 2]), literal([1], [1], "int64"), z(1, 2));
    const node = add(scatter(), other);
    expect([count("scatterAdd", node), count("add", node)]).toEqual([2, 0]);
    await expectSameNumbers({ node });
  });

  test("only where the scatter has one use, and only into zeros", async () => {
    const shared = scatter();
    const programs: Record<string, Node>[] = [
      { node: add(shared, y(4, 2)), other: exp(shared) },
      { node: add(shared, y(4, 2)), shared },
    ];
    for (const outputs of programs) {
      expect(count("add", ...Object.values(outputs))).toBe(1);
      await expectSameNumbers(outputs);
    }
    const intoBase = add(scatterAdd(z(4, 2), indices, x(3, 2)), y(4, 2));
    expect(count("add", intoBase)).toBe(1);
    await expectSameNumbers({ intoBase });
  });
});

test("composite operators are decomposed", async () => {
  expect(names(logSumExp(x(2, 3)))).not.toContain("logSumExp");
  await expectSameNumbers({ node: logSumExp(x(2, 3)) }, { node: log(sum(exp(x(2, 3)), [-1])) });
});

test("outputs keep their number and order, also where they are equal, inputs or constants", () => {
  const outputs = [x(2), add(x(2), 0), constant(3), mul(x(2), y(2)), mul(x(2), y(2)), reshape(x(2), [2, 1])];
  const simplified = simplify(outputs);
  expect(simplified.map((node) => node.shape)).toEqual(outputs.map((node) => node.shape));
  expect(simplified[0]).toBe(simplified[1]);
  expect(simplified[3]).toBe(simplified[4]);
});
