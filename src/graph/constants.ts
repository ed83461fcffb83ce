import { apply, type DType, type Node, type Operator, type Shape } from "./node.js";

/** The same number everywhere. */
const constantOperator: Operator<{ value: number; dtype: DType; shape: Shape }> = {
  name: "constant",
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  onnx(writer, _, node) {
    const scalar = writer.tensor([node.attributes.value], [], node.dtype);
    return node.shape.length === 0 ? scalar : writer.node("Expand", [scalar, writer.integers(node.shape)]);
  },
};

/** A tensor that holds `value` everywhere; a scalar unless a shape is given. */
export function constant(value: number, dtype: DType = "float32", shape: Shape = []): Node {
  return apply(constantOperator, [], { value, dtype, shape });
}

/** The value of a constant node; `undefined` for any other node. */
export function constantValue(node: Node): number | undefined {
  return node.operator === (constantOperator as Operator<unknown>)
    ? (node.attributes as { value: number }).value
    : undefined;
}

const literalOperator: Operator<{ values: readonly number[]; dtype: DType; shape: Shape }> = {
  name: "literal",
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  onnx: (writer, _, { attributes }) => writer.tensor(attributes.values, attributes.shape, attributes.dtype),
};

/** A small tensor of given numbers (finite), in row order. */
export function literal(values: readonly number[], shape: Shape, dtype: DType = "float32"): Node {
  return apply(literalOperator, [], { values, dtype, shape });
}

const inputOperator: Operator<{ name: string; dtype: DType; shape: Shape }> = {
  name: "input",
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
  onnx: (_, __, node) => node.attributes.name,
};

/** A tensor given when the program runs. */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Node {
  return apply(inputOperator, [], { name, shape, dtype });
}

/** The name of an input node; `undefined` for any other node. */
export function inputName(node: Node): string | undefined {
  return node.operator === (inputOperator as Operator<unknown>)
    ? (node.attributes as { name: string }).name
    : undefined;
}
