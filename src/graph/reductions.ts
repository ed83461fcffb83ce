import { broadcastTo, cast, div, equal, mul } from "./elementwise.js";
import { apply, isFloat, type Node, type Operator, type Shape, shapeError, size } from "./node.js";
import { reshape } from "./shaping.js";

interface Reduction {
  axes: readonly number[];
  keep: boolean;
}

const sumOperator: Operator<Reduction> = {
  name: "sum",
  infer: (inputs, attributes) => reduced("sum", inputs, attributes),
  vjp: (node, cotangent) => [spread(cotangent, node)],
  jvp: (node, [tangent]) => sum(tangent!, node.attributes.axes, { keep: node.attributes.keep }),
  onnx: (writer, [x], node) => reduceNode(writer, "ReduceSum", x, node.attributes),
};

/** The sum over `axes` (all by default); `keep` leaves them in the shape with length 1. */
export function sum(x: Node, axes: readonly number[] = allAxes(x), { keep = false } = {}): Node {
  return apply(sumOperator, [x], { axes: normalised(x, axes), keep });
}

/** The mean over `axes` (all by default); `keep` leaves them in the shape with length 1. */
export function mean(x: Node, axes: readonly number[] = allAxes(x), { keep = false } = {}): Node {
  const count = size(normalised(x, axes).map((axis) => x.shape[axis]));
  return mul(sum(x, axes, { keep }), 1 / count);
}

const maxOperator: Operator<Reduction> = {
  name: "max",
  infer: (inputs, attributes) => reduced("max", inputs, attributes),
  vjp: (node, cotangent) => [mul(spread(cotangent, node), winners(node))],
  jvp: (node, [tangent]) => {
    const { axes, keep } = node.attributes;
    return sum(mul(tangent!, winners(node)), axes, { keep });
  },
  onnx: (writer, [x], node) => reduceNode(writer, "ReduceMax", x, node.attributes),
};

/** The largest value over `axes`. Where several are equal, each has an equal share of the derivative. */
export function max(x: Node, axes: readonly number[] = allAxes(x), { keep = false } = {}): Node {
  return apply(maxOperator, [x], { axes: normalised(x, axes), keep });
}

function winners(node: Node<Reduction>): Node {
  const [x] = node.inputs;
  const hits = cast(equal(x, spread(node, node)), x.dtype);
  return div(hits, sum(hits, node.attributes.axes, { keep: true }));
}

/** Undoes a reduction's change of shape: the reduced value at every place that it came from. */
function spread(value: Node, reduction: Node<Reduction>): Node {
  const [x] = reduction.inputs;
  return broadcastTo(reshape(value, keptShape(x.shape, reduction.attributes.axes)), x.shape);
}

function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
}

function reduced(name: string, inputs: readonly Node[], { axes, keep }: Reduction) {
  const [x] = inputs;
  if (!isFloat(x.dtype)) throw shapeError(name, inputs, "the operand must be float32 or float64");
  if (axes.some((axis) => axis < 0 || axis >= x.shape.length) || new Set(axes).size !== axes.length)
    throw shapeError(name, inputs, `axes [${axes.join(", ")}] must be different axes of the operand`);
  const shape = keep ? keptShape(x.shape, axes) : x.shape.filter((_, axis) => !axes.includes(axis));
  return { shape, dtype: x.dtype };
}

function reduceNode(
  writer: Parameters<NonNullable<Operator<Reduction>["onnx"]>>[0],
  name: string,
  x: string,
  r: Reduction,
) {
  return r.axes.length === 0 ? x : writer.node(name, [x, writer.integers(r.axes)], { keepdims: r.keep ? 1 : 0 });
}

function allAxes(x: Node): number[] {
  return x.shape.map((_, axis) => axis);
}

/** Negative axes count from the last. */
function normalised(x: Node, axes: readonly number[]): number[] {
  const rank = x.shape.length;
  return axes.map((axis) => (axis < 0 && axis >= -rank ? axis + rank : axis));
}
