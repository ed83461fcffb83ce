// learning-law/training: training as people train, its optimizers, and weights while it runs
export { AdamW, type AdamWSettings } from "../descent/optimizers/adamw.js";
export type { Optimizer, OptimizerState } from "../descent/optimizers/optimizer.js";
export { Sgd, type SgdSettings } from "../descent/optimizers/sgd.js";
export {
  type Evaluation,
  type TrainingOptions,
  type TrainingProblem,
  type TrainingState,
  train,
} from "./training.js";
export type { TrainingSettings } from "./training-settings.js";
export { type CreatedPolicy, createPolicy } from "./weighting/create-policy.js";
export { Law } from "./weighting/law.js";
export type {
  Observation,
  OnlinePolicy,
  PolicyFacts,
  PolicyState,
  Question,
} from "./weighting/online-policy.js";
