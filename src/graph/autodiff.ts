import { constant } from "./constants.js";
import { add } from "./elementwise.js";
import { isFloat, type MaybeZero, type Node, sameShape, shapeError, topologicalOrder } from "./node.js";

/**
 * Reverse mode: the vector-Jacobian products of `outputs` with `cotangents` (one for each output, of its shape), with
 * respect to `inputs`. Graph to graph: the result can be differentiated again. Zero derivatives come back as constants.
 *
 * @returns one for each input, of its shape
 * @throws ShapeError where a cotangent has another shape than its output
 */
export function vjp(outputs: readonly Node[], inputs: readonly Node[], cotangents: readonly Node[]): Node[] {
  outputs.forEach((output, i) => {
    if (!sameShape(output.shape, cotangents[i].shape))
      throw shapeError("vjp", [output, cotangents[i]], "a cotangent must have the shape of its output");
  });
  const order = topologicalOrder(outputs);
  const active = dependents(order, inputs);
  const received = new Map<Node, Node>();
  const receive = (node: Node, cotangent: MaybeZero) => {
    if (cotangent === undefined || !active.has(node)) return;
    const before = received.get(node);
    received.set(node, before === undefined ? cotangent : add(before, cotangent));
  };
  outputs.forEach((output, i) => {
    receive(output, cotangents[i]);
  });
  for (const node of order.reverse()) {
    const cotangent = received.get(node);
    if (cotangent === undefined || node.operator.vjp === undefined) continue;
    node.operator.vjp(node, cotangent).forEach((contribution, i) => {
      receive(node.inputs[i], contribution);
    });
  }
  return inputs.map((input) => received.get(input) ?? constant(0, input.dtype, input.shape));
}

/**
 * The gradient of a scalar with respect to `inputs`: one for each, of its shape. Throws ShapeError for another output.
 */
export function grad(output: Node, inputs: readonly Node[]): Node[] {
  if (output.shape.length !== 0) throw shapeError("grad", [output], "the output must be a scalar");
  return vjp([output], inputs, [constant(1, output.dtype)]);
}

/**
 * Forward mode: the tangents of `outputs` where `inputs` move along `tangents`. Graph to graph, so that jvp(grad(f)) is
 * a Hessian-vector product.
 *
 * @returns one for each output, of its shape
 * @throws ShapeError where a tangent has another shape than its input
 */
export function jvp(outputs: readonly Node[], inputs: readonly Node[], tangents: readonly Node[]): Node[] {
  const tangentOf = new Map<Node, MaybeZero>();
  inputs.forEach((input, i) => {
    if (!sameShape(input.shape, tangents[i].shape))
      throw shapeError("jvp", [input, tangents[i]], "a tangent must have the shape of its input");
    tangentOf.set(input, tangents[i]);
  });
  for (const node of topologicalOrder(outputs)) {
    if (tangentOf.has(node) || node.operator.jvp === undefined) continue;
    const incoming = node.inputs.map((input) => tangentOf.get(input));
    if (incoming.some((tangent) => tangent !== undefined)) tangentOf.set(node, node.operator.jvp(node, incoming));
  }
  return outputs.map((output) => tangentOf.get(output) ?? constant(0, output.dtype, output.shape));
}

/** The nodes of `order` through which a derivative with respect to `inputs` can flow. */
function dependents(order: readonly Node[], inputs: readonly Node[]): Set<Node> {
  const active = new Set(inputs);
  for (const node of order) if (isFloat(node.dtype) && node.inputs.some((input) => active.has(input))) active.add(node);
  return active;
}
