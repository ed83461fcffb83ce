// learning-law/models
export { type ModelComponent, type ModelFacts, model } from "./component.js";
export {
  type Initial,
  initialParameters,
  type Model,
  type Parameter,
  type Prediction,
  parameterCount,
  parameterViews,
} from "./model.js";
export { perceptron } from "./perceptron.js";
export { models } from "./registry.js";
export { type TransformerShape, transformer } from "./transformer.js";
