import { constant, constantValue } from "./constants.js";
import { apply, type Node, type Operator, type Shape, sameShape, shapeError } from "./node.js";

// Rows of a table.

const gatherOperator: Operator<null> = {
  name: "gather",
  infer(inputs) {
    const [table, indices] = inputs;
    if (indices.dtype !== "int64" || table.shape.length === 0)
      throw shapeError("gather", inputs, "a table and int64 indices are needed");
    return { shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype };
  },
  vjp: ({ inputs: [table, indices] }, cotangent) => [
    scatterAdd(constant(0, table.dtype, table.shape), indices, cotangent),
    undefined,
  ],
  jvp: ({ inputs: [, indices] }, [tangent]) => tangent && gather(tangent, indices),
  onnx: (writer, inputs) => writer.node("Gather", inputs, { axis: 0 }),
};

/**
 * `table[indices]`: for every index, that row of the table.
 *
 * @param table [rows, ..row]
 * @param indices int64, of any shape
 * @returns [..indices, ..row]
 * @throws ShapeError for other indices, or a table without rows
 */
export function gather(table: Node, indices: Node): Node {
  return apply(gatherOperator, [table, indices], null);
}

const scatterAddOperator: Operator<null> = {
  name: "scatterAdd",
  infer(inputs) {
    const [base, indices, updates] = inputs;
    if (indices.dtype !== "int64" || !sameShape(updates.shape, [...indices.shape, ...base.shape.slice(1)]))
      throw shapeError("scatterAdd", inputs, "there must be one row of updates for every int64 index");
    if (base.dtype !== updates.dtype) throw shapeError("scatterAdd", inputs, "base and updates must have one type");
    return { shape: base.shape, dtype: base.dtype };
  },
  vjp: ({ inputs: [, indices] }, cotangent) => [cotangent, undefined, gather(cotangent, indices)],
  jvp({ inputs: [base, indices] }, [dBase, , dUpdates]) {
    if (dUpdates === undefined) return dBase;
    return scatterAdd(dBase ?? constant(0, base.dtype, base.shape), indices, dUpdates);
  },
  // Not ScatterND: with reduction=add it loses updates of repeated indices when it runs on several threads.
  onnx(writer, [base, indices, updates], node) {
    const [, indexNode, updateNode] = node.inputs;
    const trailing = node.shape.slice(1);
    const rows = indexNode.shape.reduce((product, dimension) => product * dimension, 1);
    const rowShape = [rows, ...trailing];
    const column = writer.node("Reshape", [indices, writer.integers([rows, ...trailing.map(() => 1)])]);
    const everywhere = writer.node("Expand", [column, writer.integers(rowShape)]);
    const flat = sameShape(updateNode.shape, rowShape)
      ? updates
      : writer.node("Reshape", [updates, writer.integers(rowShape)]);
    return writer.node("ScatterElements", [base, everywhere, flat], { axis: 0, reduction: "add" });
  },
};

/**
 * `base` with every row of updates added to the row of its index; repeated indices add up.
 *
 * @param base [rows, ..row]
 * @param indices int64, of any shape
 * @param updates [..indices, ..row]
 * @returns [rows, ..row]
 * @throws ShapeError where they do not fit
 */
export function scatterAdd(base: Node, indices: Node, updates: Node): Node {
  return apply(scatterAddOperator, [base, indices, updates], null);
}

/** If the node scatters into zeros, its indices and updates. */
export function asScatterIntoZeros(node: Node): { indices: Node; updates: Node } | undefined {
  if (node.operator !== (scatterAddOperator as Operator<unknown>)) return undefined;
  const [base, indices, updates] = node.inputs;
  return constantValue(base) === 0 ? { indices, updates } : undefined;
}

// Single elements along the last axis.

function areAlongLastAxis(indices: Node, shape: Shape): boolean {
  const rank = shape.length;
  const leadingAxes = sameShape(indices.shape.slice(0, -1), shape.slice(0, -1));
  return indices.dtype === "int64" && rank > 0 && indices.shape.length === rank && leadingAxes;
}

const takeOperator: Operator<null> = {
  name: "takeAlongAxis",
  infer(inputs) {
    const [x, indices] = inputs;
    if (!areAlongLastAxis(indices, x.shape))
      throw shapeError("takeAlongAxis", inputs, "int64 indices with the same leading axes are needed");
    return { shape: indices.shape, dtype: x.dtype };
  },
  vjp: ({ inputs: [x, indices] }, cotangent) => [putAlongAxis(indices, cotangent, x.shape), undefined],
  jvp: ({ inputs: [, indices] }, [tangent]) => tangent && takeAlongAxis(tangent, indices),
  onnx: (writer, inputs) => writer.node("GatherElements", inputs, { axis: -1 }),
};

/**
 * `result[.., j] = x[.., indices[.., j]]` along the last axis.
 *
 * @param x [.., length]
 * @param indices int64 [.., J], with the same leading axes
 * @returns [.., J]
 * @throws ShapeError where they do not fit
 */
export function takeAlongAxis(x: Node, indices: Node): Node {
  return apply(takeOperator, [x, indices], null);
}

const putOperator: Operator<{ shape: Shape }> = {
  name: "putAlongAxis",
  infer(inputs, { shape }) {
    const [indices, updates] = inputs;
    if (!sameShape(indices.shape, updates.shape))
      throw shapeError("putAlongAxis", inputs, "one update an index is needed");
    if (!areAlongLastAxis(indices, shape))
      throw shapeError("putAlongAxis", inputs, `the int64 indices need the leading axes of [${shape.join(", ")}]`);
    return { shape, dtype: updates.dtype };
  },
  vjp: ({ inputs: [indices] }, cotangent) => [undefined, takeAlongAxis(cotangent, indices)],
  jvp: ({ inputs: [indices], shape }, [, tangent]) => tangent && putAlongAxis(indices, tangent, shape),
  onnx(writer, [indices, updates], node) {
    const zeros = writer.node("Expand", [writer.tensor([0], [], node.dtype), writer.integers(node.shape)]);
    return writer.node("ScatterElements", [zeros, indices, updates], { axis: -1, reduction: "add" });
  },
};

/**
 * Zeros of `shape` with every update added at its index along the last axis: the transpose of `takeAlongAxis`.
 *
 * @param indices int64 [.., J], with the leading axes of `shape`
 * @param updates [.., J]
 * @throws ShapeError where they do not fit
 */
export function putAlongAxis(indices: Node, updates: Node, shape: Shape): Node {
  return apply(putOperator, [indices, updates], { shape });
}
