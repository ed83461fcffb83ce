/**
 * Tensor programs as immutable graphs. A node is an operator applied to nodes, with a static shape and element type.
 * Differentiation (autodiff.ts) maps graphs to graphs; the runtime floor compiles them.
 */

/** The type of a tensor's elements. Only floats are differentiated; int64 is for indices, bool for conditions. */
export type DType = "float32" | "float64" | "int64" | "bool";
/** The lengths of the axes, the outermost first; [] is a scalar. Data lie in row order. */
export type Shape = readonly number[];

/**
 * A value of the program: an operator applied to other nodes. It holds no numbers. Made by functions such as `add`,
 * never by hand; nodes do not change.
 */
export interface Node<A = unknown> {
  readonly operator: Operator<A>;
  readonly inputs: readonly Node[];
  readonly attributes: A;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** The gradient that reaches a node or input; `undefined` stands for zero, so that no zero is ever computed. */
export type MaybeZero = Node | undefined;

/**
 * One record per operator. `vjp` and `jvp` are absent where the derivative is zero almost everywhere (comparisons).
 * An operator becomes ONNX either directly (`onnx`) or as a graph of other operators (`decompose`).
 */
export interface Operator<A> {
  readonly name: string;
  /** The shape and type of the result. Throws through `shapeError` where the inputs do not fit. */
  infer(inputs: readonly Node[], attributes: A): { shape: Shape; dtype: DType };
  /** Given dL/dy, returns dL/dx for each input. */
  vjp?(node: Node<A>, cotangent: Node): readonly MaybeZero[];
  /** Given the tangents of the inputs (at least one of them not zero), returns the tangent of the result. */
  jvp?(node: Node<A>, tangents: readonly MaybeZero[]): MaybeZero;
  /** Writes the operator as ONNX nodes and returns the name of its value. */
  onnx?(writer: OnnxWriter, inputs: readonly string[], node: Node<A>): string;
  /** The same value from other operators. `alongside` says whether the graph applies an operator to the first input too. */
  decompose?(node: Node<A>, alongside: (operator: Operator<never>) => boolean): Node;
}

/** What an operator needs of the ONNX model that is being written. */
export interface OnnxWriter {
  /** False where an operator must keep to the ONNX standard (no ONNX Runtime contributions) for this device or type. */
  readonly fusedMatMul: boolean;
  /** Adds `operator(inputs)` and returns the name of its value. `domain` is "" for the ONNX standard. */
  node(operator: string, inputs: readonly string[], attributes?: OnnxAttributes, domain?: string): string;
  /** A constant of 64-bit integers (shapes, axes). */
  integers(values: readonly number[]): string;
  /** A constant tensor, in row order. */
  tensor(values: readonly number[], shape: Shape, dtype: DType): string;
}

/** Attributes of an ONNX operator by name: whole numbers, strings or lists of whole numbers. */
export type OnnxAttributes = Readonly<Record<string, number | string | readonly number[]>>;

const labels: string[] = [];

/** Names a part of the program while `build` runs, so that a shape error can say where it arose. Labels nest. */
export function labelled<T>(label: string, build: () => T): T {
  labels.push(label);
  try {
    return build();
  } finally {
    labels.pop();
  }
}

/** An operator was given inputs whose shapes or types do not fit. */
export class ShapeError extends Error {
  override name = "ShapeError";
}

/**
 * The error that an operator throws where its inputs do not fit: says where (`labelled`), what would fit, and the
 * shapes given.
 */
export function shapeError(operator: string, inputs: readonly Node[], problem: string): ShapeError {
  const where = labels.length > 0 ? ` in ${labels.join("/")}` : "";
  const shapes = inputs.map((node) => `${node.dtype}[${node.shape.join(", ")}]`).join(" and ");
  return new ShapeError(`${operator}${where}: ${problem}, got ${shapes || "no inputs"}`);
}

/**
 * A node of this operator, with the shape and the type that it infers.
 *
 * @throws ShapeError where the inputs do not fit
 */
export function apply<A>(operator: Operator<A>, inputs: readonly Node[], attributes: A): Node {
  return { operator: operator as Operator<unknown>, inputs, attributes, ...operator.infer(inputs, attributes) };
}

/** The number of elements of a shape: 1 of a scalar. */
export function size(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Whether two shapes have the same lengths in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** Whether a type can be differentiated. */
export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** All nodes that the outputs need, every node after its inputs. */
export function topologicalOrder(outputs: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const visit = (node: Node) => {
    if (!seen.has(node)) {
      seen.add(node);
      stack.push({ node, next: 0 });
    }
  };
  for (const output of outputs) {
    visit(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next < top.node.inputs.length) visit(top.node.inputs[top.next++]);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
