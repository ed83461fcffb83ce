import { constant } from "./constants.js";
import { apply, type Node, type Operator, type Shape, sameShape, shapeError, size } from "./node.js";

/** An operator that only moves numbers: its tangent moves the same way, its cotangent the way back. */
function linear<A>(
  rules: Pick<Operator<A>, "name" | "infer" | "onnx"> & {
    again(x: Node, attributes: A): Node;
    transposed(cotangent: Node, node: Node<A>): Node;
  },
): Operator<A> {
  return {
    ...rules,
    vjp: (node, cotangent) => [rules.transposed(cotangent, node)],
    jvp: (node, [tangent]) => rules.again(tangent!, node.attributes),
  };
}

const reshapeOperator = linear<{ shape: Shape }>({
  name: "reshape",
  infer(inputs, { shape }) {
    if (size(shape) !== size(inputs[0].shape))
      throw shapeError("reshape", inputs, `cannot become [${shape.join(", ")}], which has another number of elements`);
    return { shape, dtype: inputs[0].dtype };
  },
  again: (x, { shape }) => reshape(x, shape),
  transposed: (cotangent, node) => reshape(cotangent, node.inputs[0].shape),
  onnx: (writer, [x], node) => writer.node("Reshape", [x, writer.integers(node.shape)]),
});

/**
 * The same numbers in the same row order with another shape. Throws ShapeError where it holds another number of them.
 */
export function reshape(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  if (x.operator === (reshapeOperator as Operator<unknown>)) return reshape(x.inputs[0], shape);
  return apply(reshapeOperator, [x], { shape });
}

const transposeOperator = linear<{ permutation: readonly number[] }>({
  name: "transpose",
  infer(inputs, { permutation }) {
    const [x] = inputs;
    if (permutation.length !== x.shape.length || [...permutation].sort((a, b) => a - b).some((axis, i) => axis !== i))
      throw shapeError("transpose", inputs, `[${permutation.join(", ")}] must be a permutation of the axes`);
    return { shape: permutation.map((axis) => x.shape[axis]), dtype: x.dtype };
  },
  again: (x, { permutation }) => transpose(x, permutation),
  transposed: (cotangent, node) => transpose(cotangent, inverse(node.attributes.permutation)),
  onnx: (writer, [x], node) => writer.node("Transpose", [x], { perm: node.attributes.permutation }),
});

/** Axis i of the result is axis `permutation[i]` of `x`. Throws ShapeError where it is no permutation of the axes. */
export function transpose(x: Node, permutation: readonly number[]): Node {
  return apply(transposeOperator, [x], { permutation });
}

function inverse(permutation: readonly number[]): number[] {
  const result = new Array<number>(permutation.length);
  permutation.forEach((axis, i) => {
    result[axis] = i;
  });
  return result;
}

interface Range {
  axis: number;
  start: number;
  end: number;
}

const sliceOperator = linear<Range>({
  name: "slice",
  infer(inputs, { axis, start, end }) {
    const [x] = inputs;
    if (!(axis in x.shape) || start < 0 || end > x.shape[axis] || start >= end)
      throw shapeError("slice", inputs, `${start} to ${end} must be a range of axis ${axis}`);
    return { shape: x.shape.with(axis, end - start), dtype: x.dtype };
  },
  again: (x, range) => slice(x, range),
  transposed: (cotangent, node) => {
    const { axis, start, end } = node.attributes;
    return pad(cotangent, { axis, before: start, after: node.inputs[0].shape[axis] - end });
  },
  onnx(writer, [x], node) {
    const { axis, start, end } = node.attributes;
    return writer.node("Slice", [x, writer.integers([start]), writer.integers([end]), writer.integers([axis])]);
  },
});

/** Rows `start` to `end` (not included) along an axis. Throws ShapeError where it has no such rows. */
export function slice(x: Node, range: Range): Node {
  return apply(sliceOperator, [x], range);
}

interface Padding {
  axis: number;
  before: number;
  after: number;
}

const padOperator = linear<Padding>({
  name: "pad",
  infer: (inputs, { axis, before, after }) => {
    const [x] = inputs;
    if (!(axis in x.shape) || before < 0 || after < 0)
      throw shapeError("pad", inputs, `${before} before and ${after} after must be an extension of axis ${axis}`);
    return { shape: x.shape.with(axis, before + x.shape[axis] + after), dtype: x.dtype };
  },
  again: (x, padding) => pad(x, padding),
  transposed: (cotangent, node) => {
    const { axis, before } = node.attributes;
    return slice(cotangent, { axis, start: before, end: before + node.inputs[0].shape[axis] });
  },
  onnx(writer, [x], node) {
    const { axis, before, after } = node.attributes;
    const rank = node.shape.length;
    const amounts = new Array<number>(2 * rank)
      .fill(0)
      .with(axis, before)
      .with(rank + axis, after);
    return writer.node("Pad", [x, writer.integers(amounts)]);
  },
});

/** Zeros before and after along an axis. Throws ShapeError where there is no such axis. */
export function pad(x: Node, padding: Padding): Node {
  return padding.before === 0 && padding.after === 0 ? x : apply(padOperator, [x], padding);
}

const concatOperator: Operator<{ axis: number }> = {
  name: "concat",
  infer(inputs, { axis }) {
    const [first] = inputs;
    const fits = (x: Node) => x.dtype === first.dtype && sameShape(x.shape.with(axis, 0), first.shape.with(axis, 0));
    if (inputs.length === 0 || !(axis in first.shape) || !inputs.every((x) => axis in x.shape && fits(x)))
      throw shapeError("concat", inputs, `all parts must be alike but along axis ${axis}`);
    const length = inputs.reduce((total, x) => total + x.shape[axis], 0);
    return { shape: first.shape.with(axis, length), dtype: first.dtype };
  },
  vjp(node, cotangent) {
    const { axis } = node.attributes;
    return offsets(node).map((start, i) => slice(cotangent, { axis, start, end: start + node.inputs[i].shape[axis] }));
  },
  jvp(node, tangents) {
    const parts = node.inputs.map((x, i) => tangents[i] ?? constant(0, x.dtype, x.shape));
    return concat(parts, node.attributes.axis);
  },
  onnx: (writer, inputs, node) => writer.node("Concat", inputs, { axis: node.attributes.axis }),
};

/** The parts, alike but along `axis`, one after the other along it. Throws ShapeError where they are not. */
export function concat(parts: readonly Node[], axis: number): Node {
  return parts.length === 1 ? parts[0] : apply(concatOperator, parts, { axis });
}

/** Where each part begins along the axis. */
function offsets(node: Node<{ axis: number }>): number[] {
  const lengths = node.inputs.map((x) => x.shape[node.attributes.axis]);
  return lengths.map((_, i) => lengths.slice(0, i).reduce((total, length) => total + length, 0));
}
