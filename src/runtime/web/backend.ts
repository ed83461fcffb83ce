import { type CreateSession, unknownDevice } from "../backend.js";
import type { Device } from "../program.js";
import { webSession } from "./session.js";

/** ONNX Runtime's builds for the web, each loaded when a program first runs on its device: `cpu` needs no WebGPU. */
const wasm = { load: () => import("onnxruntime-web/wasm"), provider: "wasm" };
const builds = {
  cpu: wasm,
  wasm,
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
 * ONNX Runtime in a browser: `cpu` (WebAssembly), `wasm` (the same on one thread) and `webgpu`. The threads are those of the first session, and more than
 * one where the page is isolated from other origins (https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated).
 */
export const createSession: CreateSession = async (model, options) => {
  if (!isKnown(options.device)) throw unknownDevice(options.device);
  const { load, provider } = builds[options.device];
  const runtime = await load();
  if (wasmFolder !== undefined) runtime.env.wasm.wasmPaths = wasmFolder;
  const threads = options.device === "wasm" ? 1 : options.threads;
  return webSession(runtime, provider, model, { ...options, threads });
};

/** The version of the WebAssembly that `wasm` runs on. */
export async function wasmVersion(): Promise<string> {
  return (await wasm.load()).env.versions.web ?? "";
}

function isKnown(device: Device): device is keyof typeof builds {
  return Object.hasOwn(builds, device);
}
