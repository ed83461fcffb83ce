import { matrixFlops } from "../graph/matmul.js";
import { type DType, type Node, size, topologicalOrder } from "../graph/node.js";
import { simplify } from "../graph/simplify.js";

/**
 * What a graph would cost, without compiling it: the floating-point operations of its matrix products, and the most
 * bytes of values alive at a time if every value is freed after its last use.
 */
export function workingSet(outputs: Readonly<Record<string, Node>>): { flops: number; bytes: number } {
  const simplified = simplify(Object.values(outputs));
  const nodes = topologicalOrder(simplified);
  return { flops: totalFlops(nodes), bytes: peakBytes(nodes, simplified) };
}

/** The floating-point operations of the matrix products among these nodes. */
export function totalFlops(nodes: readonly Node[]): number {
  return nodes.reduce((total, node) => total + matrixFlops(node), 0);
}

/** Counts live bytes along the order of execution; a reshape is its input under another shape. */
function peakBytes(nodes: readonly Node[], outputs: readonly Node[]): number {
  const width: Record<DType, number> = { float32: 4, float64: 8, int64: 8, bool: 1 };
  const isReshape = (node: Node) => node.operator.name === "reshape";
  const bytes = (node: Node) => (isReshape(node) ? 0 : size(node.shape) * width[node.dtype]);
  const owner = (node: Node): Node => (isReshape(node) ? owner(node.inputs[0]) : node);
  const lastUse = new Map<Node, number>();
  nodes.forEach((node, i) => {
    for (const input of node.inputs) lastUse.set(owner(input), i);
  });
  for (const output of outputs) lastUse.set(owner(output), nodes.length);
  const freedAt = new Map<number, number>();
  for (const [node, at] of lastUse) freedAt.set(at, (freedAt.get(at) ?? 0) + bytes(node));
  let live = 0;
  let peak = 0;
  nodes.forEach((node, i) => {
    live += bytes(node);
    peak = Math.max(peak, live);
    live -= freedAt.get(i) ?? 0;
  });
  return peak;
}
