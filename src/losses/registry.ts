import { Registry } from "../base/component.js";
import { crossEntropyLoss } from "./cross-entropy.js";

/** What `loss` of a configuration names. */
export const losses = new Registry("loss", [crossEntropyLoss]);
