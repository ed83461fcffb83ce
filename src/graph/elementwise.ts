import { broadcastShapes, broadcastTo, unbroadcast } from "./broadcasting.js";
import { constant, constantValue } from "./constants.js";
import { apply, type DType, isFloat, type MaybeZero, type Node, type Operator, sameShape, shapeError } from "./node.js";

/** A number stands for a constant of the other operand's type. */
export type Operand = Node | number;

// Arithmetic with NumPy's broadcasting.

/** a + b. */
export function add(a: Operand, b: Operand): Node {
  return binary(addOperator, a, b, (x, y) => x + y, { identity: 0, commutes: true });
}

/** a - b. */
export function sub(a: Operand, b: Operand): Node {
  return binary(subOperator, a, b, (x, y) => x - y, { identity: 0, commutes: false });
}

/** a b, element by element. */
export function mul(a: Operand, b: Operand): Node {
  return binary(mulOperator, a, b, (x, y) => x * y, { identity: 1, commutes: true });
}

/** a / b. */
export function div(a: Operand, b: Operand): Node {
  return binary(divOperator, a, b, (x, y) => x / y, { identity: 1, commutes: false });
}

const addOperator = arithmetic("add", "Add", {
  vjp: (_, cotangent) => [cotangent, cotangent],
  jvp: (_, [a, b]) => (a && b ? add(a, b) : (a ?? b)),
});

const subOperator = arithmetic("sub", "Sub", {
  vjp: (_, cotangent) => [cotangent, neg(cotangent)],
  jvp: (_, [a, b]) => (a && b ? sub(a, b) : (a ?? neg(b!))),
});

const mulOperator = arithmetic("mul", "Mul", {
  vjp: ({ inputs: [a, b] }, cotangent) => [mul(cotangent, b), mul(cotangent, a)],
  jvp: ({ inputs: [a, b] }, [da, db]) => total(da && mul(da, b), db && mul(a, db)),
});

const divOperator = arithmetic("div", "Div", {
  vjp: (node, cotangent) => {
    const overB = div(cotangent, node.inputs[1]);
    return [overB, neg(mul(overB, node))];
  },
  jvp: (node, [da, db]) => {
    const change = total(da, db && neg(mul(db, node)));
    return change && div(change, node.inputs[1]);
  },
});

/** True for add, sub, mul and div, which broadcast their operands themselves. */
export function isArithmetic(node: Node): boolean {
  return [addOperator, subOperator, mulOperator, divOperator].includes(node.operator as Operator<null>);
}

/** True for add. */
export function isSum(node: Node): boolean {
  return node.operator === (addOperator as Operator<unknown>);
}

/** True for mul. */
export function isProduct(node: Node): boolean {
  return node.operator === (mulOperator as Operator<unknown>);
}

// Functions of one number: f, and f' in terms of the node y = f(x).

/** -x. */
export const neg = unary("neg", { onnx: "Neg", derivative: () => -1, fold: (x) => -x });
/** e^x. */
export const exp = unary("exp", { onnx: "Exp", derivative: (y) => y });
/** ln x. */
export const log = unary("log", { onnx: "Log", derivative: (_, x) => div(1, x) });
/** The square root. */
export const sqrt = unary("sqrt", { onnx: "Sqrt", derivative: (y) => div(0.5, y) });
/** 1 / (1 + e^-x), to full relative precision: ONNX Runtime's Sigmoid is 17% off at x = -15 in float32, 0 at -20. */
export const sigmoid = unary("sigmoid", {
  derivative: (y) => mul(y, sub(1, y)),
  decompose: (x) => div(1, add(1, exp(neg(x)))),
});
/** ln(1 + e^x), exact for large |x|. ONNX Runtime's Softplus overflows in float64 and is slower than this in float32. */
export const softplus = unary("softplus", {
  derivative: (_, x) => sigmoid(x),
  // max(x, 0) + ln(1 + e^-|x|)
  decompose: (x) => add(relu(x), log1p(exp(sub(x, mul(2, relu(x)))))),
});
/** max(x, 0); its derivative at 0 is taken to be 0. */
export const relu = unary("relu", { onnx: "Relu", derivative: (y) => cast(greater(y, 0), y.dtype) });

// Comparisons and choices.

/** Whether a > b, as bool. */
export const greater = comparison("greater", "Greater");
/** Whether a = b, as bool. */
export const equal = comparison("equal", "Equal");

const castOperator: Operator<{ to: DType }> = {
  name: "cast",
  infer: ([x], { to }) => ({ shape: x.shape, dtype: to }),
  onnx: (writer, [x], node) => writer.node("Cast", [x], { to: onnxType[node.attributes.to] }),
};

/** The same values as another type. Not differentiated: it is for masks and counts. */
export function cast(x: Node, to: DType): Node {
  return apply(castOperator, [x], { to });
}

/** ONNX TensorProto.DataType. */
export const onnxType: Readonly<Record<DType, number>> = { float32: 1, int64: 7, bool: 9, float64: 11 };

const whereOperator: Operator<null> = {
  name: "where",
  infer(inputs) {
    const [condition, a, b] = inputs;
    if (condition.dtype !== "bool") throw shapeError("where", inputs, "the condition must be bool");
    if (a.dtype !== b.dtype) throw shapeError("where", inputs, "both choices must have one type");
    return { shape: broadcastShapes("where", inputs), dtype: a.dtype };
  },
  vjp(node, cotangent) {
    const [condition, a, b] = node.inputs;
    return [
      undefined,
      unbroadcast(where(condition, cotangent, 0), a.shape),
      unbroadcast(where(condition, 0, cotangent), b.shape),
    ];
  },
  jvp({ inputs: [condition], shape }, [, a, b]) {
    return broadcastTo(where(condition, a ?? 0, b ?? 0), shape);
  },
  onnx: (writer, inputs) => writer.node("Where", inputs),
};

/** `a` where the condition holds, `b` elsewhere. At least one of the two is a node. */
export function where(condition: Node, a: Operand, b: Operand): Node {
  const [left, right] = operands(a, b);
  return apply(whereOperator, [condition, left, right], null);
}

/** ln(1 + x) for x >= 0 without loss of digits: the rounding of u = 1 + x cancels in x / (u - 1) (Kahan). */
function log1p(x: Node): Node {
  const u = add(1, x);
  return where(equal(u, 1), x, mul(log(u), div(x, sub(u, 1))));
}

// What the families share.

function operands(a: Operand, b: Operand): [Node, Node] {
  const dtype = typeof a === "number" ? (b as Node).dtype : a.dtype;
  return [typeof a === "number" ? constant(a, dtype) : a, typeof b === "number" ? constant(b, dtype) : b];
}

function total(a: MaybeZero, b: MaybeZero): MaybeZero {
  return a && b ? add(a, b) : (a ?? b);
}

type Rules = Pick<Operator<null>, "vjp" | "jvp">;

/** A binary operator with broadcasting; its rules may leave the broadcasting to this. */
function arithmetic(name: string, onnx: string, rules: Required<Rules>): Operator<null> {
  return {
    name,
    infer(inputs) {
      if (inputs[0].dtype !== inputs[1].dtype) throw shapeError(name, inputs, "both operands must have one type");
      return { shape: broadcastShapes(name, inputs), dtype: inputs[0].dtype };
    },
    vjp: (node, cotangent) =>
      rules
        .vjp(node, cotangent)
        .map((contribution, i) => contribution && unbroadcast(contribution, node.inputs[i].shape)),
    jvp: (node, tangents) => {
      const tangent = rules.jvp(node, tangents);
      return tangent && broadcastTo(tangent, node.shape);
    },
    onnx: (writer, inputs) => writer.node(onnx, inputs),
  };
}

function binary(
  operator: Operator<null>,
  a: Operand,
  b: Operand,
  fold: (x: number, y: number) => number,
  { identity, commutes }: { identity: number; commutes: boolean },
): Node {
  const [left, right] = operands(a, b);
  const result = apply(operator, [left, right], null);
  const x = constantValue(left);
  const y = constantValue(right);
  if (x !== undefined && y !== undefined && isFloat(result.dtype))
    return constant(fold(x, y), result.dtype, result.shape);
  if (y === identity && sameShape(left.shape, result.shape)) return left;
  if (commutes && x === identity && sameShape(right.shape, result.shape)) return right;
  return result;
}

function unary(
  name: string,
  {
    onnx,
    decompose,
    derivative,
    fold,
  }: {
    onnx?: string;
    decompose?: (x: Node) => Node;
    derivative: (y: Node, x: Node) => Operand;
    fold?: (x: number) => number;
  },
): (x: Node) => Node {
  const times = (change: Node, node: Node) => {
    const slope = derivative(node, node.inputs[0]);
    return slope === -1 ? neg(change) : mul(change, slope);
  };
  const operator: Operator<null> = {
    name,
    infer(inputs) {
      if (!isFloat(inputs[0].dtype)) throw shapeError(name, inputs, "the operand must be float32 or float64");
      return { shape: inputs[0].shape, dtype: inputs[0].dtype };
    },
    vjp: (node, cotangent) => [times(cotangent, node)],
    jvp: (node, [tangent]) => times(tangent!, node),
    onnx: onnx === undefined ? undefined : (writer, inputs) => writer.node(onnx, inputs),
    decompose: decompose && ((node) => decompose(node.inputs[0])),
  };
  return (x) => {
    const value = constantValue(x);
    return fold && value !== undefined ? constant(fold(value), x.dtype, x.shape) : apply(operator, [x], null);
  };
}

function comparison(name: string, onnx: string): (a: Operand, b: Operand) => Node {
  const operator: Operator<null> = {
    name,
    infer(inputs) {
      if (inputs[0].dtype !== inputs[1].dtype) throw shapeError(name, inputs, "both operands must have one type");
      return { shape: broadcastShapes(name, inputs), dtype: "bool" };
    },
    onnx: (writer, inputs) => writer.node(onnx, inputs),
  };
  return (a, b) => apply(operator, operands(a, b), null);
}
