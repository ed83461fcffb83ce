// learning-law/export: models and weights for other programs
export { type DescribedExample, type DescribeOptions, describeExamples } from "./describe-examples.js";
export { exportModel } from "./export-model.js";
export {
  type ExampleWeight,
  exampleWeights,
  readOrigins,
  trainedWeights,
  writeExampleWeights,
} from "./export-weights.js";
export { onnxLanguageModel } from "./onnx-language-model.js";
export { type WeightsOptions, type WeightsSummary, writeRunWeights } from "./weights-table.js";
