import { log, mul, neg, sub } from "./elementwise.js";
import { takeAlongAxis } from "./indexing.js";
import { apply, isFloat, type Node, type Operator, sameShape, shapeError } from "./node.js";
import { max, sum } from "./reductions.js";
import { reshape } from "./shaping.js";

// All four work over the last axis. With p = softmax(x):
//   d softmax   = p * (dx - sum(p dx))
//   d logSoftmax = dx - sum(p dx)
//   d logSumExp  = sum(p dx)
//   d surprisal = sum(p dx) - dx_y

function lastAxis(name: string): Operator<null>["infer"] {
  return (inputs) => {
    const [x] = inputs;
    if (!isFloat(x.dtype) || x.shape.length === 0)
      throw shapeError(name, inputs, "the operand must be floats with an axis");
    return { shape: x.shape, dtype: x.dtype };
  };
}

const total = (x: Node) => sum(x, [-1], { keep: true });

const softmaxOperator: Operator<null> = {
  name: "softmax",
  infer: lastAxis("softmax"),
  vjp: (p, cotangent) => [softmaxDerivative(p, cotangent)],
  jvp: (p, [tangent]) => softmaxDerivative(p, tangent!),
  onnx: (writer, inputs) => writer.node("Softmax", inputs, { axis: -1 }),
};

/** The Jacobian diag(p) - p p' is symmetric: one product serves both modes. */
function softmaxDerivative(p: Node, v: Node): Node {
  const weighted = mul(p, v);
  return sub(weighted, mul(p, total(weighted)));
}

/** e^x over its sum along the last axis, of x's shape: what lies along that axis sums to 1. Does not overflow. */
export function softmax(x: Node): Node {
  return apply(softmaxOperator, [x], null);
}

const logSoftmaxOperator: Operator<null> = {
  name: "logSoftmax",
  infer: lastAxis("logSoftmax"),
  vjp: ({ inputs: [x] }, cotangent) => [sub(cotangent, mul(softmax(x), total(cotangent)))],
  jvp: ({ inputs: [x] }, [tangent]) => sub(tangent!, total(mul(softmax(x), tangent!))),
  onnx: (writer, inputs) => writer.node("LogSoftmax", inputs, { axis: -1 }),
};

/** ln softmax(x), of x's shape, without loss of digits where the softmax is tiny. */
export function logSoftmax(x: Node): Node {
  return apply(logSoftmaxOperator, [x], null);
}

const logSumExpOperator: Operator<null> = {
  name: "logSumExp",
  infer(inputs, attributes) {
    const { shape, dtype } = lastAxis("logSumExp")(inputs, attributes);
    return { shape: shape.slice(0, -1), dtype };
  },
  vjp: ({ inputs: [x], shape }, cotangent) => [mul(reshape(cotangent, [...shape, 1]), softmax(x))],
  jvp: ({ inputs: [x], shape }, [tangent]) => reshape(total(mul(softmax(x), tangent!)), shape),
  decompose: ({ inputs: [x] }) => fromSoftmax(x),
};

/**
 * ln sum exp(x). The largest of p = softmax(x) is 1 / sum exp(x - max x), and at least 1 / length, so that its logarithm is
 * safe. p itself is what derivatives need: the value costs two maxima more and no second exponential.
 */
function fromSoftmax(x: Node): Node {
  return sub(max(x, [-1]), log(max(softmax(x), [-1])));
}

/** ln sum exp(x) over the last axis, which the result lacks. Does not overflow. */
export function logSumExp(x: Node): Node {
  return apply(logSumExpOperator, [x], null);
}

const surprisalOperator: Operator<null> = {
  name: "surprisal",
  infer(inputs) {
    const [x, targets, right] = inputs;
    const { shape, dtype } = lastAxis("surprisal")([x], null);
    const rows = shape.slice(0, -1);
    if (targets.dtype !== "int64" || !sameShape(targets.shape, [...rows, 1]))
      throw shapeError("surprisal", inputs, "one int64 target a row is needed");
    if (right.dtype !== dtype || !sameShape(right.shape, rows))
      throw shapeError("surprisal", inputs, "one logit of the target a row is needed");
    return { shape: rows, dtype };
  },
  vjp: ({ inputs: [x], shape }, cotangent) => [
    mul(reshape(cotangent, [...shape, 1]), softmax(x)),
    undefined,
    neg(cotangent),
  ],
  jvp({ inputs: [x], shape }, [dx, , dRight]) {
    const mean = dx && reshape(total(mul(softmax(x), dx)), shape);
    return mean && dRight ? sub(mean, dRight) : (mean ?? neg(dRight!));
  },
  // Alone it takes one pass over x; where derivatives need the softmax anyway, two maxima are less than another exponential.
  decompose: ({ inputs: [x, targets, right], shape }, alongside) =>
    alongside(softmaxOperator)
      ? sub(fromSoftmax(x), right)
      : neg(reshape(takeAlongAxis(logSoftmax(x), targets), shape)),
};

/**
 * -ln softmax(x)_y = ln sum_v exp x_v - x_y along the last axis, which the result lacks. Does not overflow.
 *
 * @param targets y, int64 [.., 1]
 * @param right x_y, [..]: derivatives go through it, so that a model can give it at less than the cost of all x
 * @throws ShapeError where they do not fit
 */
export function surprisal(x: Node, targets: Node, right: Node): Node {
  return apply(surprisalOperator, [x, targets, right], null);
}
