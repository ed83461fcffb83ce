import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { input } from "../graph/constants.js";
import { parameterViews } from "../models/model.js";
import { compiled } from "../testing/evaluate.js";
import { tinyTransformer } from "../testing/problems.js";
import { onnxLanguageModel } from "./onnx-language-model.js";

const [S, V, UNKNOWN] = [5, 11, 1];
const { model, theta } = tinyTransformer({ length: S, vocabulary: V });

let session: InferenceSession;
let program: Awaited<ReturnType<typeof compiled<"logits">>>;
beforeAll(async () => {
  session = await InferenceSession.create(onnxLanguageModel(model, theta, UNKNOWN), { intraOpNumThreads: 1 });
  const nodes = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const tokens = input("tokens", [1, S + 1], "int64");
  program = await compiled({ logits: model.predict(nodes, { tokens }, "float32").logits });
});

const integers = (rows: readonly (readonly number[])[], shape: readonly number[]) =>
  new Tensor("int64", BigInt64Array.from(rows.flat(), BigInt), shape);

/** What the exported model says of rows of one length, after pasts of one length. */
async function exported(rows: readonly number[][], pasts: readonly number[][] = rows.map(() => [])) {
  const results = await session.run({
    input_ids: integers(rows, [rows.length, rows[0].length]),
    "past_key_values.0.key": integers(pasts, [pasts.length, 1, pasts[0].length, 1]),
  });
  return { logits: results.logits, present: results["present.0.key"] };
}

/** What our own program says after each of at most S ids: [length, V]. */
async function own(ids: readonly number[]): Promise<number[]> {
  const tokens = new BigInt64Array(S + 1);
  tokens.set(ids.map(BigInt));
  const { logits } = await program({ ...parameterViews(model, theta), tokens });
  return Array.from(logits.subarray(0, ids.length * V), Number);
}

function expectClose(actual: Tensor, expected: readonly number[]): void {
  expect(actual.size).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(Number(actual.data[i]) - value)).toBeLessThan(1e-5);
  });
}

/** Rows that differ from one another. */
const drawn = (batch: number, length: number) =>
  Array.from({ length: batch }, (_, b) => Array.from({ length }, (_, s) => 2 + ((5 * b + 3 * s + b * s) % (V - 2))));

describe.each([1, 2, 7])("in a batch of %i, logits are our own program's", (batch) => {
  test.each([1, 2, 4, S])("for %i tokens", async (length) => {
    const rows = drawn(batch, length);
    const { logits, present } = await exported(rows);
    expect(logits.dims).toEqual([batch, length, V]);
    expectClose(logits, (await Promise.all(rows.map(own))).flat());
    expect(present.dims).toEqual([batch, 1, length, 1]);
    expect(Array.from(present.data as BigInt64Array, Number)).toEqual(rows.flat());
  });

  test("for the newest tokens, given those before", async () => {
    const rows = drawn(batch, 4);
    const { logits, present } = await exported(
      rows.map((row) => row.slice(3)),
      rows.map((row) => row.slice(0, 3)),
    );
    expect(logits.dims).toEqual([batch, 1, V]);
    expectClose(
      logits,
      (await Promise.all(rows.map(own))).flatMap((values) => values.slice(3 * V)),
    );
    expect(Array.from(present.data as BigInt64Array, Number)).toEqual(rows.flat());
  });

  test("for the last S of more tokens", async () => {
    const rows = drawn(batch, S + 4);
    const expected = (await Promise.all(rows.map((row) => own(row.slice(-S))))).flat();
    const { logits } = await exported(rows);
    expect(logits.dims).toEqual([batch, S, V]);
    expectClose(logits, expected);
    const newest = await exported(
      rows.map((row) => row.slice(-1)),
      rows.map((row) => row.slice(0, -1)),
    );
    expect(newest.logits.dims).toEqual([batch, 1, V]);
    expect(newest.present.dims).toEqual([batch, 1, S + 4, 1]);
    const last = expected.filter((_, i) => i % (S * V) >= (S - 1) * V);
    expectClose(newest.logits, last);
  });
});

test("ids from the vocabulary on are read as unknown, and kept as they are", async () => {
  const { logits, present } = await exported([[3, V, 4, V + 99]]);
  expectClose(logits, await own([3, UNKNOWN, 4, UNKNOWN]));
  expect(Array.from(present.data as BigInt64Array, Number)).toEqual([3, V, 4, V + 99]);
});

test("inputs and outputs are named and shaped as transformers.js wants them", () => {
  const described = [...session.inputMetadata, ...session.outputMetadata].map((value) => {
    return [value.name, value.isTensor && `${value.type} ${value.shape}`];
  });
  expect(Object.fromEntries(described)).toEqual({
    input_ids: "int64 batch_size,sequence_length",
    "past_key_values.0.key": "int64 batch_size,1,past_sequence_length,1",
    logits: `float32 batch_size,sequence_length,${V}`,
    "present.0.key": "int64 batch_size,1,total_sequence_length,1",
  });
});
