// learning-law/base
export { type Chosen, type Component, Registry, type Settings } from "./component.js";
export { InputError } from "./errors.js";
export type { Floats, FloatType } from "./floats.js";
export { createRandom, type Random } from "./random.js";
