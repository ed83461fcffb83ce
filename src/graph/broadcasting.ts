import { constant, constantValue } from "./constants.js";
import { apply, isFloat, type Node, type Operator, type Shape, sameShape, shapeError } from "./node.js";
import { reshape } from "./shaping.js";

/*
 * Broadcasting (NumPy's) and the sum over axes. They stand together because each is the derivative of the other: what a
 * broadcast copies, its cotangent sums, and what a sum adds up, its cotangent copies.
 */

const broadcastOperator: Operator<{ shape: Shape }> = {
  name: "broadcastTo",
  infer(inputs, { shape }) {
    const target = { ...inputs[0], shape };
    if (!sameShape(broadcastShapes("broadcastTo", [inputs[0], target]), shape))
      throw shapeError("broadcastTo", [inputs[0], target], "the first must broadcast to the second");
    return { shape, dtype: inputs[0].dtype };
  },
  vjp: (node, cotangent) => [unbroadcast(cotangent, node.inputs[0].shape)],
  jvp: (node, [tangent]) => tangent && broadcastTo(tangent, node.shape),
  onnx: (writer, [x], node) => writer.node("Expand", [x, writer.integers(node.shape)]),
};

/** `x` copied along the axes that it lacks of `shape` or has with length 1. Throws ShapeError where it has others. */
export function broadcastTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const value = constantValue(x);
  return value === undefined ? apply(broadcastOperator, [x], { shape }) : constant(value, x.dtype, shape);
}

/** What a broadcast node broadcasts; `undefined` for any other node. */
export function broadcastSource(node: Node): Node | undefined {
  return node.operator === (broadcastOperator as Operator<unknown>) ? node.inputs[0] : undefined;
}

/** The transpose of broadcasting: sums `x` down to `shape`. */
export function unbroadcast(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((dimension, axis) =>
    axis < extra || (shape[axis - extra] === 1 && dimension !== 1) ? [axis] : [],
  );
  return reshape(axes.length > 0 ? apply(sumOperator, [x], { axes, keep: true }) : x, shape);
}

/** The shape of an operator's result whose inputs broadcast together. Throws ShapeError where they do not. */
export function broadcastShapes(operator: string, inputs: readonly Node[]): Shape {
  const rank = Math.max(...inputs.map((x) => x.shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const dimensions = inputs.map((x) => x.shape[axis - rank + x.shape.length] ?? 1).filter((d) => d !== 1);
    if (dimensions.some((d) => d !== dimensions[0]))
      throw shapeError(operator, inputs, "the shapes do not broadcast together");
    return dimensions[0] ?? 1;
  });
}

/** Over which axes values are reduced, counted from 0, and whether these stay in the shape with length 1. */
export interface Reduction {
  readonly axes: readonly number[];
  readonly keep: boolean;
}

/** The sum over axes; its derivative is broadcasting. */
export const sumOperator: Operator<Reduction> = {
  ...reduction("sum", "ReduceSum"),
  vjp: (node, cotangent) => [spread(cotangent, node)],
  jvp: (node, [tangent]) => apply(sumOperator, [tangent!], node.attributes),
};

/** What operators that reduce axes share: the shape of the result, and their ONNX node. */
export function reduction(name: string, onnx: string): Pick<Operator<Reduction>, "name" | "infer" | "onnx"> {
  return {
    name,
    infer(inputs, { axes, keep }) {
      const [x] = inputs;
      if (!isFloat(x.dtype)) throw shapeError(name, inputs, "the operand must be float32 or float64");
      if (axes.some((axis) => axis < 0 || axis >= x.shape.length) || new Set(axes).size !== axes.length)
        throw shapeError(name, inputs, `axes [${axes.join(", ")}] must be different axes of the operand`);
      const shape = keep ? keptShape(x.shape, axes) : x.shape.filter((_, axis) => !axes.includes(axis));
      return { shape, dtype: x.dtype };
    },
    onnx: (writer, [x], { attributes: { axes, keep } }) =>
      axes.length === 0 ? x : writer.node(onnx, [x, writer.integers(axes)], { keepdims: keep ? 1 : 0 }),
  };
}

/** Undoes a reduction's change of shape: the reduced value at every place that it came from. */
export function spread(value: Node, { inputs: [x], attributes: { axes } }: Node<Reduction>): Node {
  return broadcastTo(reshape(value, keptShape(x.shape, axes)), x.shape);
}

function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
}
