import { type CreateSession, type SessionOptions, tensors, unknownDevice, unusableDevice } from "../backend.js";
import type { Device } from "../program.js";

/** ONNX Runtime's builds for the web, each loaded when a program first runs on its device: `cpu` needs no WebGPU. */
const builds = {
  cpu: { load: () => import("onnxruntime-web/wasm"), provider: "wasm" },
  webgpu: { load: () => import("onnxruntime-web/webgpu"), provider: "webgpu" },
} as const;

let wasmFolder: string | undefined;

/**
 * Says where the page serves the WebAssembly files of onnxruntime-web's `dist`. Without it they are looked for where the
 * bundler put them. To be called before the first program is compiled.
 *
 * @param url the address of the folder, ending in a slash
 */
export function locateWasm(url: string): void {
  wasmFolder = url;
}

/**
 * ONNX Runtime in a browser: `cpu` (WebAssembly) and `webgpu`. The threads are those of the first session, and more than
 * one where the page is isolated from other origins (https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated).
 */
export const createSession: CreateSession = async (model, options) => {
  const names = [...options.outputs.keys()];
  const { session, TensorType } = await load(model, options);
  return {
    async run(given, results) {
      const values = await session.run(tensors(TensorType, options.inputs, given), names);
      // Unlike the native library it does not write into arrays of the caller.
      for (const name of names) (results[name] as Float32Array).set(values[name].data as Float32Array);
    },
    release: () => session.release(),
  };
};

async function load(model: Uint8Array, { device, threads, float64 }: SessionOptions) {
  if (!isKnown(device)) throw unknownDevice(device);
  const build = builds[device];
  const { env, InferenceSession, Tensor } = await build.load();
  env.logLevel = "fatal";
  if (wasmFolder !== undefined) env.wasm.wasmPaths = wasmFolder;
  if (threads > 0) env.wasm.numThreads = threads;
  try {
    const session = await InferenceSession.create(model, {
      executionProviders: [build.provider],
      // As in the Node backend.
      graphOptimizationLevel: float64 ? "basic" : "all",
      logSeverityLevel: device === "cpu" ? 3 : 4,
    });
    return { session, TensorType: Tensor };
  } catch (error) {
    throw device === "cpu" ? error : unusableDevice(device, error);
  }
}

function isKnown(device: Device): device is keyof typeof builds {
  return Object.hasOwn(builds, device);
}
