// learning-law/passes: what learning needs of a graph, over batches of examples
export { Engine } from "./engine.js";
export type { Pass, PassParts } from "./pass.js";
export { Passes } from "./passes.js";
export type { LearningProblem, Resources, TrainingProblem } from "./problem.js";
