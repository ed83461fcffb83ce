import { availableParallelism } from "node:os";
import { type CreateSession, unknownDevice } from "../backend.js";
import { webSession } from "../web/session.js";

/** ONNX Runtime in WebAssembly, under Node: `cpu` and `wasm`. The threads are those of the first session. */
export function wasmBackend(runtime: typeof import("onnxruntime-web")): CreateSession {
  return (model, options) => {
    if (options.device !== "cpu" && options.device !== "wasm") throw unknownDevice(options.device);
    // Its own choice would be half of the cores.
    return webSession(runtime, "wasm", model, { ...options, threads: options.threads || availableParallelism() });
  };
}
