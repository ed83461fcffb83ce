// learning-law/base
export { InputError } from "./errors.js";
export { createRandom, type Random } from "./random.js";
