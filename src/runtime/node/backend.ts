import type { CreateSession } from "../backend.js";
import { installed, wasmRuntime } from "./installed.js";
import { nativeBackend } from "./native.js";
import { wasmBackend } from "./wasm.js";

let backend: CreateSession | undefined;

let portable: CreateSession | undefined;

/** ONNX Runtime under Node: its native library, or WebAssembly where that is not installed or is asked for. */
export const createSession: CreateSession = (model, options) => {
  if (options.device === "wasm") {
    portable ??= wasmBackend(wasmRuntime());
    return portable(model, { ...options, threads: 1 });
  }
  backend ??= chosen();
  return backend(model, options);
};

/** The version of the WebAssembly that `wasm` runs on. */
export async function wasmVersion(): Promise<string> {
  return wasmRuntime().env.versions.web ?? "";
}

function chosen(): CreateSession {
  const runtime = installed();
  return "native" in runtime ? nativeBackend(runtime.native) : wasmBackend(runtime.wasm);
}
