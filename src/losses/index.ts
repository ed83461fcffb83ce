// learning-law/losses: what a prediction costs
export { crossEntropy } from "./cross-entropy.js";
export { exampleLosses, type Loss, type LossComponent, loss } from "./loss.js";
export { losses } from "./registry.js";
