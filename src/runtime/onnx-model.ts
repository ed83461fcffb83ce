import { inputName } from "../graph/constants.js";
import { onnxType } from "../graph/elementwise.js";
import { type DType, type Node, type OnnxAttributes, type OnnxWriter, topologicalOrder } from "../graph/node.js";
import { attributeType, encodeModel } from "./onnx-schema.js";

const OPSET = 18;
const IR_VERSION = 8;

/** How a graph is written: with which operators, what becomes part of the model, and which axes stay open. */
export interface OnnxModelOptions {
  /** False keeps to the ONNX standard, without contributions of ONNX Runtime. */
  readonly fusedMatMul: boolean;
  /** The values of inputs that become part of the model: it takes the others. */
  readonly weights?: Readonly<Record<string, Float32Array>>;
  /** The axes of inputs and outputs, by name, where they are not those of the graph: a name stands for any length. */
  readonly axes?: Readonly<Record<string, readonly (number | string)[]>>;
  /** The model runs for any batch, whatever the graph was built for. The batch must lead in every value reshaped. */
  readonly anyBatch?: boolean;
}

/** Writes a graph as an ONNX model whose outputs have the given names. */
export function onnxModel(
  outputs: Readonly<Record<string, Node>>,
  { fusedMatMul, weights = {}, axes = {}, anyBatch = false }: OnnxModelOptions,
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
  const initializers: object[] = [];
  for (const node of topologicalOrder(Object.values(outputs))) {
    const { onnx, name } = node.operator;
    if (onnx === undefined) throw new Error(`${name} has no ONNX form: simplify the graph before writing it`);
    const shaped = anyBatch && name === "reshape" ? { ...node, shape: node.shape.with(0, -1) } : node;
    names.set(
      node,
      onnx.call(
        node.operator,
        writer,
        node.inputs.map((input) => names.get(input)!),
        shaped,
      ),
    );
    const named = inputName(node);
    if (named === undefined) continue;
    if (inputNames.has(named) || named in outputs)
      throw new Error(`a program cannot have two different inputs, or an input and an output, of the name ${named}`);
    inputNames.add(named);
    if (Object.hasOwn(weights, named))
      initializers.push({
        name: named,
        dims: node.shape,
        data_type: onnxType[node.dtype],
        raw_data: bytes(weights[named]),
      });
    else inputs.push(value(named, node));
  }
  for (const [name, node] of Object.entries(outputs))
    operators.push({ op_type: "Identity", input: [names.get(node)], output: [name] });

  function value(name: string, { dtype, shape }: Node): object {
    const dim = (Object.hasOwn(axes, name) ? axes[name] : shape).map((axis) =>
      typeof axis === "string" ? { dim_param: axis } : { dim_value: axis },
    );
    return { name, type: { tensor_type: { elem_type: onnxType[dtype], shape: { dim } } } };
  }

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
      initializer: [...constants.values(), ...initializers],
      input: inputs,
      output: Object.entries(outputs).map(([name, node]) => value(name, node)),
    },
  });
}

function encodeAttributes(attributes: OnnxAttributes): object[] {
  return Object.entries(attributes).map(([name, content]) => {
    if (typeof content === "number") return { name, i: content, type: attributeType.int };
    if (typeof content === "string") return { name, s: new TextEncoder().encode(content), type: attributeType.string };
    return { name, ints: content, type: attributeType.ints };
  });
}

function rawData(values: readonly number[], dtype: DType): Uint8Array {
  return bytes(typed(values, dtype));
}

function bytes(data: ArrayBufferView): Uint8Array {
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
