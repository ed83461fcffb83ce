// learning-law/runs: configurations, and searches, trainings, evaluations and selections in directories
export { type Config, parseConfig } from "./config/config.js";
export { type Preset, presets } from "./config/presets.js";
export { resolveConfig } from "./config/resolve-config.js";
export { type EvaluateOptions, type EvaluationSummary, evaluateRun } from "./evaluation/evaluate-run.js";
export type { EpochEvaluation } from "./evaluation/evaluation.js";
export {
  type InterferenceOptions,
  type InterferenceSummary,
  measureRunInterference,
} from "./interference/measure-run.js";
export type { Run } from "./log/run.js";
export { openRun } from "./log/run-directory.js";
export { loadPolicy, savePolicy } from "./policy-file.js";
export { type BuiltProblem, buildProblem } from "./problem/build-problem.js";
export type { EpochMetrics } from "./search/epoch-metrics.js";
export type { SearchRun } from "./search/search-kind.js";
export { runSearch, type SearchRunOptions, type SearchSummary } from "./search/search-run.js";
export { type OfSeed, runSeeds, type SeedsOptions, type SeedTurn } from "./seeds/run-seeds.js";
export { type SearchOverSeeds, searchOverSeeds } from "./seeds/search-seeds.js";
export { isSeedsFolder, readSeeds, type SeedsCommand, type SeedsRecord, seedDirectory } from "./seeds/seeds-folder.js";
export { type ComparedOverSeeds, compareOverSeeds, type TrainOverSeeds, trainOverSeeds } from "./seeds/train-seeds.js";
export {
  type SelectionSummary,
  type SelectOptions,
  type SelectProgress,
  selectFromRun,
} from "./selection/select-run.js";
export { loadModel } from "./training/checkpoint.js";
export { type GeneratedText, type GenerateOptions, generateText } from "./training/generate-text.js";
export { runTraining, type TrainingSummary, type TrainRunOptions } from "./training/train-run.js";
export { openTrainedModel, type TrainedModel } from "./training/trained-model.js";
export { readCosts } from "./training/training-curve.js";
export type { TrainingRun } from "./training/training-kind.js";
