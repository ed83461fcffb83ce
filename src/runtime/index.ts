// learning-law/runtime: graphs compiled and run. Where a page has its WebAssembly files: learning-law/runtime/web
export { compile } from "./compile.js";
export { type OnnxModelOptions, onnxModel } from "./onnx-model.js";
export { allocate, type Device, devices, type Numbers, type Program, type RuntimeOptions } from "./program.js";
export { workingSet } from "./working-set.js";
