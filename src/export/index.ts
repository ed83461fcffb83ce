// learning-law/export: models and weights for other programs
export { exportModel } from "./export-model.js";
export {
  type ExampleWeight,
  exampleWeights,
  readOrigins,
  trainedWeights,
  writeExampleWeights,
} from "./export-weights.js";
export { onnxLanguageModel } from "./onnx-language-model.js";
