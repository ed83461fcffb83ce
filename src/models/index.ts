// learning-law/models
export { type Initial, initialParameters, type Model, type Parameter, parameterCount } from "./model.js";
export { perceptron } from "./perceptron.js";
export { type TransformerShape, transformer } from "./transformer.js";
