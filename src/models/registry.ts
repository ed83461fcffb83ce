import { Registry } from "../base/component.js";
import { perceptronModel } from "./perceptron.js";
import { transformerModel } from "./transformer.js";

/** What `model.kind` names. */
export const models = new Registry("model", [transformerModel, perceptronModel], "kind");
