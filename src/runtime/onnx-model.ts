import { inputName } from "../graph/constants.js";
import { onnxType } from "../graph/elementwise.js";
import { type DType, type Node, type OnnxAttributes, type OnnxWriter, topologicalOrder } from "../graph/node.js";
import { attributeType, encodeModel } from "./onnx-schema.js";

const OPSET = 18;
const IR_VERSION = 8;

/** Writes a graph as an ONNX model whose outputs have the given names. */
export function onnxModel(
  outputs: Readonly<Record<string, Node>>,
  { fusedMatMul }: { fusedMatMul: boolean },
): Uint8Array {
  const operators: object[] = [];
  const constants = new Map<string, { name: string } & Record<string, unknown>>();
  const written = new Map<string, string>();

  const writer: OnnxWriter = {
    fusedMatMul,
    node(operator, inputs, attributes = {}, domain = "") {
      const key = JSON.stringify([operator, inputs, attributes]);
      const known = written.get(key);
      if (known !== undefined) return known;
      const name = `%${written.size}`;
      written.set(key, name);
      operators.push({
        op_type: operator,
        input: inputs,
        output: [name],
        name,
        domain,
        attribute: encodeAttributes(attributes),
      });
      return name;
    },
    integers: (values) => writer.tensor(values, [values.length], "int64"),
    tensor(values, shape, dtype) {
      const key = `${dtype}[${shape}]: ${values}`;
      const name = constants.get(key)?.name ?? `#${constants.size}`;
      constants.set(key, { name, dims: shape, data_type: onnxType[dtype], raw_data: rawData(values, dtype) });
      return name;
    },
  };

  // Names of inputs and outputs are the caller's; all others begin with % or #.
  const names = new Map<Node, string>();
  const inputNames = new Set<string>();
  const inputs: object[] = [];
  for (const node of topologicalOrder(Object.values(outputs))) {
    const { onnx, name } = node.operator;
    if (onnx === undefined) throw new Error(`${name} has no ONNX form: simplify the graph before writing it`);
    names.set(
      node,
      onnx.call(
        node.operator,
        writer,
        node.inputs.map((input) => names.get(input)!),
        node,
      ),
    );
    const named = inputName(node);
    if (named === undefined) continue;
    if (inputNames.has(named) || named in outputs)
      throw new Error(`a program cannot have two different inputs, or an input and an output, of the name ${named}`);
    inputNames.add(named);
    inputs.push(value(named, node));
  }
  for (const [name, node] of Object.entries(outputs))
    operators.push({ op_type: "Identity", input: [names.get(node)], output: [name] });

  return encodeModel({
    ir_version: IR_VERSION,
    producer_name: "learning-law",
    opset_import: [
      { domain: "", version: OPSET },
      { domain: "com.microsoft", version: 1 },
    ],
    graph: {
      name: "program",
      node: operators,
      initializer: [...constants.values()],
      input: inputs,
      output: Object.entries(outputs).map(([name, node]) => value(name, node)),
    },
  });
}

function encodeAttributes(attributes: OnnxAttributes): object[] {
  return Object.entries(attributes).map(([name, content]) => {
    if (typeof content === "number") return { name, i: content, type: attributeType.int };
    if (typeof content === "string") return { name, s: Buffer.from(content), type: attributeType.string };
    return { name, ints: content, type: attributeType.ints };
  });
}

function value(name: string, { dtype, shape }: Node): object {
  const dim = shape.map((dimension) => ({ dim_value: dimension }));
  return { name, type: { tensor_type: { elem_type: onnxType[dtype], shape: { dim } } } };
}

function rawData(values: readonly number[], dtype: DType): Uint8Array {
  const data = typed(values, dtype);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function typed(values: readonly number[], dtype: DType): ArrayBufferView {
  switch (dtype) {
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    case "int64":
      return BigInt64Array.from(values, BigInt);
    case "bool":
      return Uint8Array.from(values);
  }
}
