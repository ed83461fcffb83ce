import { type Reduction, reduction, spread, sumOperator } from "./broadcasting.js";
import { cast, div, equal, mul } from "./elementwise.js";
import { apply, type Node, type Operator, size } from "./node.js";

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
  ...reduction("max", "ReduceMax"),
  vjp: (node, cotangent) => [mul(spread(cotangent, node), winners(node))],
  jvp: (node, [tangent]) => {
    const { axes, keep } = node.attributes;
    return sum(mul(tangent!, winners(node)), axes, { keep });
  },
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

function allAxes(x: Node): number[] {
  return x.shape.map((_, axis) => axis);
}

/** Negative axes count from the last. */
function normalised(x: Node, axes: readonly number[]): number[] {
  const rank = x.shape.length;
  return axes.map((axis) => (axis < 0 && axis >= -rank ? axis + rank : axis));
}
