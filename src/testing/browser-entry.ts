import { compress } from "../compression/compress.js";
import { decompress } from "../compression/decompress.js";
import { input } from "../graph/constants.js";
import { matmul } from "../graph/matmul.js";
import { compressByLearning, decompressLearned } from "../learned-compression/learned-file.js";
import { defaultLearner } from "../learned-compression/learner-settings.js";
import { compile } from "../runtime/compile.js";
import type { Device } from "../runtime/program.js";
import { locateWasm } from "../runtime/web/backend.js";

export { searchedPolicy, trainedParameters } from "./learning-anywhere.js";

const WASM = "/wasm/";
locateWasm(WASM);

/** The square of the matrix [[1, 2], [3, 4]], or the message with which the device is refused. */
export async function square(device: Device): Promise<number[] | string> {
  try {
    const x = input("x", [2, 2]);
    const program = await compile({ y: matmul(x, x) }, { device });
    const y = new Float32Array(4);
    await program.run({ x: Float32Array.of(1, 2, 3, 4) }, { y });
    await program.release();
    return Array.from(y);
  } catch (error) {
    return String(error);
  }
}

/** The logits, row after row, that a model exported to this address gives for a text, without any of our own code. */
export async function exportedLogits(address: string, ids: readonly number[]): Promise<number[]> {
  const { env, InferenceSession, Tensor } = await import("onnxruntime-web/wasm");
  env.wasm.wasmPaths = WASM;
  const session = await InferenceSession.create(address);
  const { logits } = await session.run({
    input_ids: new Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
    "past_key_values.0.key": new Tensor("int64", new BigInt64Array(0), [1, 1, 0, 1]),
  });
  return Array.from(logits.data as Float32Array);
}

/** Bytes compressed, as numbers, which is what goes between a page and a test. */
export async function compressed(content: readonly number[], level: number): Promise<number[]> {
  const options = { level, length: content.length, verify: true };
  return collected(compress([Uint8Array.from(content)], options));
}

/** Compressed bytes as they were. */
export async function decompressed(file: readonly number[]): Promise<number[]> {
  return collected(decompress([Uint8Array.from(file)], { name: "the file" }));
}

/** The same by a model that learns as it reads. */
export async function learned(content: readonly number[]): Promise<number[]> {
  return Array.from((await compressByLearning(Uint8Array.from(content), defaultLearner)).file);
}

/** What a learner made, as it was. */
export async function unlearned(file: readonly number[]): Promise<number[]> {
  return Array.from(await decompressLearned(Uint8Array.from(file), "the file"));
}

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<number[]> {
  const bytes: number[] = [];
  for await (const piece of pieces) bytes.push(...piece);
  return bytes;
}
