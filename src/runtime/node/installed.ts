import { createRequire } from "node:module";

type Native = typeof import("onnxruntime-node");
type Wasm = typeof import("onnxruntime-web");

const require = createRequire(import.meta.url);

/**
 * ONNX Runtime as it is installed: the native library or, in its place, WebAssembly. npm leaves the native one out where it
 * has no build for the machine, and where its install script, which fetches files for CUDA, cannot reach them.
 */
export const installed: { readonly native: Native } | { readonly wasm: Wasm } = load();

/** Which package that is, and its version: the two round differently. */
export const runtimeVersion: Readonly<Record<string, string>> =
  "native" in installed
    ? { "onnxruntime-node": installed.native.env.versions.node ?? "" }
    : { "onnxruntime-web": installed.wasm.env.versions.web ?? "" };

/** In one sentence, that programs run in WebAssembly, and what makes them faster; undefined where they run natively. */
export const slowerRuntime =
  "native" in installed
    ? undefined
    : "ONNX Runtime's native library is not installed, and WebAssembly, which takes its place, is half as fast; " +
      "install learning-law again with ONNXRUNTIME_NODE_INSTALL=skip in the environment to have it";

function load(): typeof installed {
  // The native library of npm sends to its maker what it runs on and which models, unless this is set before it is loaded.
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
  try {
    return { native: require("onnxruntime-node") };
  } catch {
    return { wasm: require("onnxruntime-web") };
  }
}
