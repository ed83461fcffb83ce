import { Registry } from "../../base/component.js";
import { gaussianSource } from "./gaussian-source.js";
import { textSource } from "./text-source.js";

/** What a model `reads`. */
export const dataSources = new Registry("source of data", [textSource, gaussianSource]);
