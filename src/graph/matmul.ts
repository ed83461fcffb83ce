import { add } from "./elementwise.js";
import {
  apply,
  isFloat,
  type MaybeZero,
  type Node,
  type OnnxWriter,
  type Operator,
  sameShape,
  shapeError,
} from "./node.js";

interface Transposes {
  /** Use the transpose of the last two axes of the first factor. */
  a: boolean;
  b: boolean;
}

/**
 * A product with more rows than this, and so many times its columns, is tall. The gradient of a vocabulary's vectors, [5000, 128]
 * over 1,024 rows: 15 ms instead of 21; [512, 128]: no difference. Of fewer rows, cut into shares for threads, how the inner
 * dimension is cut would depend on the number of threads, and so would the rounding.
 */
const TALL = { rows: 2000, timesColumns: 8 };

// The four products that differentiate C = A B, A' B, A B' and A' B' are again such products: transposes fold into
// flags and no transposed matrix is ever made.

function inferProduct(operator: string, inputs: readonly Node[], transposes: Transposes) {
  const [a, b] = inputs;
  const batch = a.shape.slice(0, -2);
  if (!isFloat(a.dtype) || a.dtype !== b.dtype)
    throw shapeError(operator, inputs, "both factors must be of one float type");
  if (a.shape.length < 2 || b.shape.length < 2 || !sameShape(batch, b.shape.slice(0, -2)))
    throw shapeError(operator, inputs, "both factors must be matrices with the same leading axes");
  const [rows, inner] = matrix(a, transposes.a);
  const [innerB, columns] = matrix(b, transposes.b);
  if (inner !== innerB)
    throw shapeError(operator, inputs, `inner dimensions ${inner} and ${innerB} must be equal${flags(transposes)}`);
  return { shape: [...batch, rows, columns], dtype: a.dtype };
}

const matmulOperator: Operator<Transposes> = {
  name: "matmul",
  infer: (inputs, transposes) => inferProduct("matmul", inputs, transposes),
  vjp(node, c) {
    const [a, b] = node.inputs;
    const t = node.attributes;
    return [
      t.a ? matmul(b, c, { a: t.b, b: true }) : matmul(c, b, { a: false, b: !t.b }),
      t.b ? matmul(c, a, { a: true, b: t.a }) : matmul(a, c, { a: !t.a, b: false }),
    ];
  },
  jvp(node, [da, db]): MaybeZero {
    const [a, b] = node.inputs;
    const left = da && matmul(da, b, node.attributes);
    const right = db && matmul(a, db, node.attributes);
    return left && right ? add(left, right) : (left ?? right);
  },
  onnx(writer, inputs, node) {
    const { a, b } = node.attributes;
    const rank = node.shape.length;
    if (isTall(writer, node)) return turnedProduct(writer, inputs, node.attributes);
    if (!a && !b) return writer.node("MatMul", inputs);
    if (rank === 2) return writer.node("Gemm", inputs, { transA: Number(a), transB: Number(b) });
    if (writer.fusedMatMul)
      return writer.node("FusedMatMul", inputs, { transA: Number(a), transB: Number(b) }, "com.microsoft");
    const swap = [...Array.from({ length: rank - 2 }, (_, i) => i), rank - 1, rank - 2];
    const factor = (name: string, flag: boolean) => (flag ? writer.node("Transpose", [name], { perm: swap }) : name);
    return writer.node("MatMul", [factor(inputs[0], a), factor(inputs[1], b)]);
  },
};

/**
 * The matrix product over the last two axes, [.., I, K] times [.., K, J]; all leading axes are alike. A factor that
 * `transposes` names is taken with its last two axes swapped.
 *
 * @returns [.., I, J]
 * @throws ShapeError where the factors do not fit or are not of one float type
 */
export function matmul(a: Node, b: Node, transposes: Transposes = { a: false, b: false }): Node {
  return apply(matmulOperator, [a, b], transposes);
}

const gemmOperator: Operator<Transposes> = {
  name: "gemm",
  infer(inputs, transposes) {
    const product = inferProduct("gemm", inputs, transposes);
    if (product.shape.length !== 2 || !sameShape(product.shape, inputs[2].shape) || product.dtype !== inputs[2].dtype)
      throw shapeError("gemm", inputs, `the third must be a matrix like the product${flags(transposes)}`);
    return product;
  },
  vjp: (node, cotangent) => [...matmulOperator.vjp!(node, cotangent), cotangent],
  jvp(node, [da, db, dc]) {
    const product = da || db ? matmulOperator.jvp!(node, [da, db]) : undefined;
    return product && dc ? add(product, dc) : (product ?? dc);
  },
  onnx(writer, inputs, node) {
    const { a, b } = node.attributes;
    if (isTall(writer, node)) return writer.node("Add", [turnedProduct(writer, inputs, node.attributes), inputs[2]]);
    return writer.node("Gemm", inputs, { transA: Number(a), transB: Number(b) });
  },
};

/** Whether A' B has so many more rows than columns that it takes less time as (B' A)' (`turnedProduct`). */
function isTall({ fusedMatMul }: OnnxWriter, { shape, attributes: { a } }: Node<Transposes>): boolean {
  return fusedMatMul && a && shape.length === 2 && shape[0] > Math.max(TALL.rows, TALL.timesColumns * shape[1]);
}

/**
 * A B as (B' A')'. ONNX Runtime goes over all rows of a product for each part of the inner dimension: a tall one leaves the
 * cache each time, a wide one does not. Not as a Gemm, into which it would fold the transpose again.
 */
function turnedProduct(writer: OnnxWriter, [a, b]: readonly string[], transposes: Transposes): string {
  const flags = { transA: Number(!transposes.b), transB: Number(!transposes.a) };
  return writer.node("Transpose", [writer.node("FusedMatMul", [b, a], flags, "com.microsoft")], { perm: [1, 0] });
}

/**
 * A B + C for matrices [I, K], [K, J] and [I, J], in one pass over C; transposes as for `matmul`.
 *
 * @throws ShapeError where they do not fit or are not of one float type
 */
export function gemm(a: Node, b: Node, c: Node, transposes: Transposes = { a: false, b: false }): Node {
  return apply(gemmOperator, [a, b, c], transposes);
}

/** If the node is a product of two matrices (rank 2), its factors and flags. */
export function asMatrixProduct(node: Node): { a: Node; b: Node; transposes: Transposes } | undefined {
  if (node.operator !== (matmulOperator as Operator<unknown>) || node.shape.length !== 2) return undefined;
  return { a: node.inputs[0], b: node.inputs[1], transposes: node.attributes as Transposes };
}

/** Multiply-adds of a matrix product or gemm node, times two; 0 for any other node. */
export function matrixFlops(node: Node): number {
  const operator = node.operator as unknown;
  if (operator !== matmulOperator && operator !== gemmOperator) return 0;
  const [, inner] = matrix(node.inputs[0], (node.attributes as Transposes).a);
  return 2 * inner * node.shape.reduce((product, dimension) => product * dimension, 1);
}

function matrix(x: Node, transposed: boolean): [rows: number, columns: number] {
  const [rows, columns] = x.shape.slice(-2);
  return transposed ? [columns, rows] : [rows, columns];
}

function flags({ a, b }: Transposes): string {
  return a || b ? ` (${[a && "first", b && "second"].filter(Boolean).join(" and ")} transposed)` : "";
}
