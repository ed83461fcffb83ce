// learning-law/training: training as people train, and weights while it runs
export type { BatchSource } from "./batch-source.js";
export type { Evaluation } from "./evaluator.js";
export { type TrainingOptions, train } from "./train.js";
export { Training, type TrainingParts, type TrainingState } from "./training.js";
export type { TrainingSettings } from "./training-settings.js";
export { type CreatedPolicy, type CreatePolicyOptions, createPolicy } from "./weighting/create-policy.js";
export { Law } from "./weighting/law.js";
export type {
  Observation,
  OnlinePolicy,
  PolicyFacts,
  PolicyState,
  Quantity,
  Question,
} from "./weighting/online-policy.js";
export type { PreparationOptions } from "./weighting/preparation.js";
export { weightings } from "./weighting/registry.js";
export { type WeightingComponent, type WeightingFacts, weighting } from "./weighting/weighting.js";
