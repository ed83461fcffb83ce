import { input } from "../graph/constants.js";
import { apply, type OnnxWriter, type Operator } from "../graph/node.js";
import { simplify } from "../graph/simplify.js";
import { type Model, parameterViews } from "../models/model.js";
import { onnxModel } from "../runtime/onnx-model.js";

/** Names and axes as transformers.js wants them of a decoder with one layer's cache. */
const IDS = "input_ids";
const PAST = "past_key_values.0.key";
const PRESENT = "present.0.key";
const axes = {
  [IDS]: ["batch_size", "sequence_length"],
  [PAST]: ["batch_size", 1, "past_sequence_length", 1],
  [PRESENT]: ["batch_size", 1, "total_sequence_length", 1],
};

interface Sizes {
  /** S and V of the model. */
  readonly length: number;
  readonly vocabulary: number;
  /** The id that ids from V on are read as. */
  readonly unknown: number;
}

/**
 * A transformer and its weights as one ONNX model for any batch and any length of text, in the standard's operators:
 *
 *   input_ids              int64 [batch, sequence]      the text, or what came to it since the last call
 *   past_key_values.0.key  int64 [batch, 1, past, 1]    the ids before, as present.0.key gave them; of length 0 at first
 *   logits                 float32 [batch, sequence, V] at s, of the token after the first s + 1
 *   present.0.key          int64 [batch, 1, past + sequence, 1]
 *
 * The model sees the last S ids (of a longer sequence, logits are those of its last S), and reads ids from V on as
 * unknown. It keeps ids where others keep keys and values, because transformers.js generates text by giving only the
 * newest token and what was kept. Inside is the very program that learns, for S tokens: shorter text is padded behind,
 * where the causal mask hides it.
 */
export function onnxLanguageModel(model: Model, theta: Float32Array, unknown: number): Uint8Array {
  const [rowLength] = model.fields.tokens.shape;
  const sizes: Sizes = { length: rowLength - 1, vocabulary: model.outcomes, unknown };
  const parameters = model.parameters.map(({ name, shape }) => [name, input(name, shape)] as const);
  // The lengths of the graph's own inputs do not matter: the first operators on them find out the real ones.
  const text = [input(PAST, [1, 1, 1, 1], "int64"), input(IDS, [1, 1], "int64")];
  const tokens = apply(windowOperator, text, sizes);
  const { logits } = model.predict(Object.fromEntries(parameters), { tokens }, "float32");
  const outputs = {
    logits: apply(newestOperator, [logits, ...text], sizes),
    [PRESENT]: apply(presentOperator, text, null),
  };
  const simplified = simplify(Object.values(outputs));
  const byName = Object.fromEntries(Object.keys(outputs).map((name, i) => [name, simplified[i]]));
  return onnxModel(byName, {
    fusedMatMul: false,
    weights: parameterViews(model, theta),
    axes: { ...axes, logits: ["batch_size", "sequence_length", model.outcomes] },
    anyBatch: true,
  });
}

/** All ids so far [batch, 1, past + sequence, 1], of the past and the newest. */
const presentOperator: Operator<null> = {
  name: "present",
  infer: ([past]) => ({ shape: past.shape, dtype: past.dtype }),
  onnx: (writer, [past, ids]) => writer.node("Unsqueeze", [allIds(writer, past, ids), writer.integers([1, 3])]),
};

/** An example's tokens [batch, S + 1] from the last S ids, padded behind with zeros. */
const windowOperator: Operator<Sizes> = {
  name: "window",
  infer: ([past], { length }) => ({ shape: [1, length + 1], dtype: past.dtype }),
  onnx(writer, [past, ids], { attributes: { length, vocabulary, unknown } }) {
    const last = lastIds(writer, past, ids, length);
    const scalar = (value: number) => writer.tensor([value], [], "int64");
    const isKnown = writer.node("Less", [last, scalar(vocabulary)]);
    const known = writer.node("Where", [isKnown, last, scalar(unknown)]);
    const missing = writer.node("Sub", [writer.integers([length + 1]), lengthOf(writer, last)]);
    return writer.node("Pad", [known, writer.node("Concat", [writer.integers([0, 0, 0]), missing], { axis: 0 })]);
  },
};

/** Of logits [batch, S, V], those of the newest ids: [batch, sequence, V]. */
const newestOperator: Operator<Sizes> = {
  name: "newest",
  infer: ([logits]) => ({ shape: logits.shape, dtype: logits.dtype }),
  onnx(writer, [logits, past, ids], { attributes: { length } }) {
    const end = lengthOf(writer, lastIds(writer, past, ids, length));
    const start = writer.node("Max", [writer.node("Sub", [end, lengthOf(writer, ids)]), writer.integers([0])]);
    return writer.node("Slice", [logits, start, end, writer.integers([1])]);
  },
};

// What these write twice, the writer writes once.

function allIds(writer: OnnxWriter, past: string, ids: string): string {
  return writer.node("Concat", [writer.node("Squeeze", [past, writer.integers([1, 3])]), ids], { axis: 1 });
}

function lastIds(writer: OnnxWriter, past: string, ids: string, length: number): string {
  const [start, end, axis] = [-length, Number.MAX_SAFE_INTEGER, 1].map((value) => writer.integers([value]));
  return writer.node("Slice", [allIds(writer, past, ids), start, end, axis]);
}

/** The length of axis 1, [1]. */
function lengthOf(writer: OnnxWriter, value: string): string {
  return writer.node("Shape", [value], { start: 1, end: 2 });
}
