import type { InferenceSession, Tensor } from "onnxruntime-web";
import { type Session, type SessionOptions, tensors, unusableDevice } from "../backend.js";

/** What a build of ONNX Runtime for the web exports, as far as it is used. */
export interface WebRuntime {
  readonly env: { logLevel?: string; readonly wasm: { numThreads?: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<InferenceSession> };
  readonly Tensor: typeof Tensor;
}

/**
 * A session in a build of ONNX Runtime for the web. The threads are those of the first session.
 *
 * @param provider what it calls the device: `wasm` or `webgpu`
 * @throws InputError where the device is absent
 */
export async function webSession(
  { env, InferenceSession, Tensor }: WebRuntime,
  provider: string,
  model: Uint8Array,
  { device, threads, float64, inputs, outputs }: SessionOptions,
): Promise<Session> {
  env.logLevel = "fatal";
  if (threads > 0) env.wasm.numThreads = threads;
  const names = outputs.map(({ name }) => name);
  try {
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      // As of the native library.
      graphOptimizationLevel: float64 ? "basic" : "all",
      logSeverityLevel: provider === "wasm" ? 3 : 4,
    });
    return {
      async run(given, results) {
        const values = await session.run(tensors(Tensor, inputs, given), names);
        // Unlike the native library it does not write into arrays of the caller.
        for (const name of names) (results[name] as Float32Array).set(values[name].data as Float32Array);
      },
      release: () => session.release(),
    };
  } catch (error) {
    throw provider === "wasm" ? error : unusableDevice(device, error);
  }
}
