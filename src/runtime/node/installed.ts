import { createRequire } from "node:module";

type Native = typeof import("onnxruntime-node");
type Wasm = typeof import("onnxruntime-web");

const require = createRequire(import.meta.url);

let loaded: { readonly native: Native } | { readonly wasm: Wasm } | undefined;

/**
 * ONNX Runtime as it is installed: the native library or, in its place, WebAssembly. npm leaves the native one out where it
 * has no build for the machine, and where its install script, which fetches files for CUDA, cannot reach them. It is loaded
 * when it is first asked for: help, and what is refused at once, do without.
 */
export function installed(): { readonly native: Native } | { readonly wasm: Wasm } {
  loaded ??= load();
  return loaded;
}

/**
 * ONNX Runtime in WebAssembly, which is always installed. The native library, if it is there, is loaded before: both register as
 * `cpu`, and where that of WebAssembly is the first, the native one's results are wrong without a word (1.30, measured).
 */
export function wasmRuntime(): Wasm {
  installed();
  return require("onnxruntime-web");
}

/** Which package that is, and its version: the two round differently. */
export function runtimeVersion(): Readonly<Record<string, string>> {
  const runtime = installed();
  return "native" in runtime
    ? { "onnxruntime-node": runtime.native.env.versions.node ?? "" }
    : { "onnxruntime-web": runtime.wasm.env.versions.web ?? "" };
}

/** In one sentence, that programs run in WebAssembly, and what makes them faster; undefined where they run natively. */
export function slowerRuntime(): string | undefined {
  if ("native" in installed()) return undefined;
  return (
    "ONNX Runtime's native library is not installed, and WebAssembly, which takes its place, is half as fast; " +
    "install learning-law again with ONNXRUNTIME_NODE_INSTALL=skip in the environment to have it"
  );
}

function load(): { readonly native: Native } | { readonly wasm: Wasm } {
  // The native library of npm sends to its maker what it runs on and which models, unless this is set before it is loaded.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  try {
    return { native: require("onnxruntime-node") };
  } catch {
    return { wasm: require("onnxruntime-web") };
  }
}
