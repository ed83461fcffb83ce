// learning-law/passes: what learning needs of a graph, over batches of examples
export type { Floats } from "./passes.js";
export type { LearningProblem, Resources } from "./problem.js";
export type { FloatType } from "./programs.js";
