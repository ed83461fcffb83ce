import type { InferenceSession } from "onnxruntime-node";
import { type CreateSession, type SessionOptions, tensors, unknownDevice, unusableDevice } from "../backend.js";

/** ONNX Runtime's native library: `cpu`, `webgpu` (Dawn) and, where it was installed with it, `cuda`. */
export function nativeBackend(runtime: typeof import("onnxruntime-node")): CreateSession {
  // Failures come back as exceptions, which say enough: an absent device must not also print on the terminal.
  runtime.env.logLevel = "fatal";
  return async (model, options) => {
    const { inputs, outputs } = options;
    const session = await load(runtime, model, options);
    return {
      async run(given, results) {
        await session.run(tensors(runtime.Tensor, inputs, given), tensors(runtime.Tensor, outputs, results));
      },
      release: () => session.release(),
    };
  };
}

async function load(
  { InferenceSession, listSupportedBackends }: typeof import("onnxruntime-node"),
  model: Uint8Array,
  { device, threads, float64 }: SessionOptions,
): Promise<InferenceSession> {
  if (!listSupportedBackends().some(({ name }) => name === device)) throw unknownDevice(device);
  try {
    return await InferenceSession.create(model, {
      executionProviders: [device],
      intraOpNumThreads: threads,
      // Past "basic" it fuses scalings into products as float32 attributes: float64 would keep 8 digits of a factor.
      graphOptimizationLevel: float64 ? "basic" : "all",
      // With it a program keeps its memory twice: what it took piece by piece in its first run, and one block (measured; no
      // slower without).
      enableMemPattern: false,
      logSeverityLevel: device === "cpu" ? 3 : 4,
      // Threads that spin while they wait take the cores from the next program's, and where other processes have work from the
      // very thread that they wait for: 1.4 times slower with one busy core of two, and no faster on a quiet machine (measured).
      extra: { session: { "intra_op.allow_spinning": "0" } },
    });
  } catch (error) {
    throw device === "cpu" ? error : unusableDevice(device, error);
  }
}
