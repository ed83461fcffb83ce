// All floors but the lowest two, whose names are those of arithmetic: learning-law/graph and learning-law/runtime.
export * from "./base/index.js";
export * from "./compression/index.js";
export * from "./curves/index.js";
export * from "./data/index.js";
export * from "./descent/index.js";
export * from "./export/index.js";
export * from "./learned-compression/index.js";
export * from "./losses/index.js";
export * from "./measures/index.js";
export * from "./models/index.js";
export * from "./passes/index.js";
export * from "./report/index.js";
export * from "./runs/index.js";
export { type Device, devices } from "./runtime/index.js";
export * from "./search/index.js";
export * from "./training/index.js";
