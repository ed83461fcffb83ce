import { broadcastSource } from "./broadcasting.js";
import { isArithmetic, isProduct, isSum, mul } from "./elementwise.js";
import { asScatterIntoZeros, scatterAdd } from "./indexing.js";
import { asMatrixProduct, gemm, matmul } from "./matmul.js";
import { apply, type Node, type Operator, sameShape, topologicalOrder } from "./node.js";

/**
 * The same outputs from fewer operations: composite operators are decomposed, equal subexpressions shared,
 * broadcasting left to the operators that do it themselves, scalings moved to the smaller side of a matrix product, and sums
 * folded into the products that end in them.
 */
export function simplify(outputs: readonly Node[]): Node[] {
  return [decomposed, shared, broadcastsLeft, scalingsMoved, shared, sumsFolded, shared].reduce<Node[]>(
    (nodes, pass) => pass(nodes),
    [...outputs],
  );
}

/** Rebuilds a graph from its inputs up; `visit` gets each node with its inputs already rebuilt. */
function rebuild(outputs: readonly Node[], visit: (node: Node, original: Node) => Node): Node[] {
  const rebuilt = new Map<Node, Node>();
  for (const node of topologicalOrder(outputs)) {
    const inputs = node.inputs.map((input) => rebuilt.get(input)!);
    const same = inputs.every((input, i) => input === node.inputs[i]);
    rebuilt.set(node, visit(same ? node : apply(node.operator, inputs, node.attributes), node));
  }
  return outputs.map((output) => rebuilt.get(output)!);
}

function decomposed(outputs: readonly Node[]): Node[] {
  const nodes = topologicalOrder(outputs);
  return rebuild(outputs, (node, original) => {
    const [x] = original.inputs;
    const alongside = (operator: Operator<never>) =>
      nodes.some((other) => other.operator === (operator as Operator<unknown>) && other.inputs[0] === x);
    return node.operator.decompose?.(node, alongside) ?? node;
  });
}

/** Nodes with the same operator, inputs and attributes become one node. */
function shared(outputs: readonly Node[]): Node[] {
  const identities = new Map<Node, number>();
  const known = new Map<string, Node>();
  return rebuild(outputs, (node) => {
    const inputs = node.inputs.map((input) => identities.get(input));
    const key = `${node.operator.name}(${inputs.join()})${JSON.stringify(node.attributes, distinct)}`;
    const twin = known.get(key);
    if (twin !== undefined) return twin;
    known.set(key, node);
    identities.set(node, identities.size);
    return node;
  });
}

/** JSON has no infinities and no NaN: all would read as null. */
function distinct(_: string, value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}

/** Arithmetic takes the source of a broadcast operand where the other operand already has the shape of the result. */
function broadcastsLeft(outputs: readonly Node[]): Node[] {
  return rebuild(outputs, (node) => {
    if (!isArithmetic(node)) return node;
    const inputs = [...node.inputs];
    for (const [i, other] of [
      [0, 1],
      [1, 0],
    ]) {
      if (sameShape(inputs[other].shape, node.shape)) inputs[i] = broadcastSource(inputs[i]) ?? inputs[i];
    }
    return apply(node.operator, inputs, node.attributes);
  });
}

/**
 * (diag(s) P) B = diag(s) (P B), and (diag(s) P)' B = P' (diag(s) B). Where P is a wide matrix (probabilities over a
 * vocabulary) and B is narrow, scaling P is a pass over memory that costs as much as the exponentials themselves.
 */
function scalingsMoved(outputs: readonly Node[]): Node[] {
  return rebuild(outputs, (node) => {
    const product = asMatrixProduct(node);
    if (product === undefined) return node;
    const { a, b, transposes } = product;
    const scaled = asScaledRows(a);
    if (scaled === undefined || transposes.b || b.shape[1] >= a.shape[1]) return node;
    const { rows, scale } = scaled;
    return transposes.a ? matmul(rows, mul(scale, b), transposes) : mul(scale, matmul(rows, b, transposes));
  });
}

/** A matrix whose rows are scaled: a product of a matrix and a column. */
function asScaledRows(node: Node): { rows: Node; scale: Node } | undefined {
  if (!isProduct(node)) return undefined;
  const column = node.inputs.findIndex((x) => sameShape(x.shape, [node.shape[0], 1]));
  const rows = node.inputs[1 - column];
  return column >= 0 && sameShape(rows.shape, node.shape) ? { rows, scale: node.inputs[column] } : undefined;
}

/** A B + C becomes one gemm, and C + scatter(updates) scatters into C, where nothing else needs the summand. */
function sumsFolded(outputs: readonly Node[]): Node[] {
  const uses = new Map<Node, number>();
  for (const node of [...topologicalOrder(outputs).flatMap((node) => node.inputs), ...outputs])
    uses.set(node, (uses.get(node) ?? 0) + 1);
  return rebuild(outputs, (node, original) => {
    if (!isSum(node)) return node;
    const [left, right] = node.inputs;
    for (const [summand, rest, source] of [
      [left, right, original.inputs[0]],
      [right, left, original.inputs[1]],
    ]) {
      if (uses.get(source) !== 1 || !sameShape(rest.shape, summand.shape)) continue;
      const scatter = asScatterIntoZeros(summand);
      if (scatter !== undefined) return scatterAdd(rest, scatter.indices, scatter.updates);
      const product = asMatrixProduct(summand);
      if (product !== undefined) return gemm(product.a, product.b, rest, product.transposes);
    }
    return node;
  });
}
