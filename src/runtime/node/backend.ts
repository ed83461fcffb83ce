import type { CreateSession } from "../backend.js";
import { installed } from "./installed.js";
import { nativeBackend } from "./native.js";
import { wasmBackend } from "./wasm.js";

let backend: CreateSession | undefined;

/** ONNX Runtime under Node: its native library, or WebAssembly where that is not installed. */
export const createSession: CreateSession = (...given) => {
  backend ??= chosen();
  return backend(...given);
};

function chosen(): CreateSession {
  const runtime = installed();
  return "native" in runtime ? nativeBackend(runtime.native) : wasmBackend(runtime.wasm);
}
