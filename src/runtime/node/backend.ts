import type { CreateSession } from "../backend.js";
import { installed } from "./installed.js";
import { nativeBackend } from "./native.js";
import { wasmBackend } from "./wasm.js";

/** ONNX Runtime under Node: its native library, or WebAssembly where that is not installed. */
export const createSession: CreateSession =
  "native" in installed ? nativeBackend(installed.native) : wasmBackend(installed.wasm);
