import { Registry } from "../../base/component.js";
import { adamw } from "./adamw.js";
import { sgd } from "./sgd.js";

/** What `training.optimizer` names. */
export const optimizers = new Registry("optimizer", [adamw, sgd]);
