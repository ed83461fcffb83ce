export { InputError } from "./base/errors.js";
export { createRandom, type Random } from "./base/random.js";
export {
  compareScaling,
  type Refused,
  type ScalingComparison,
  type ScalingIntervals,
} from "./curves/scaling-comparison.js";
export { fitScalingLaw, fitScalingLaws, type ScalingLaw, scalingLawLoss } from "./curves/scaling-law.js";
export { improvement, predictedAcceleration } from "./curves/scaling-law-improvement.js";
export { confidenceInterval, type Interval, resampleScalingLaws } from "./curves/scaling-law-intervals.js";
export type { DataSplits, Examples, Field, Origin } from "./data/examples.js";
export { type Document, readCorpus, streamCorpus } from "./data/readers/corpus.js";
export type { CorpusOptions } from "./data/readers/read-options.js";
export { loadTokenizer, type StorableTokenizer, type StoredTokenizer } from "./data/tokenizers/tokenizer.js";
export { AdamW, type AdamWSettings } from "./descent/optimizers/adamw.js";
export type { Optimizer, OptimizerState } from "./descent/optimizers/optimizer.js";
export { Sgd, type SgdSettings } from "./descent/optimizers/sgd.js";
export { exportModel } from "./export/export-model.js";
export {
  type ExampleWeight,
  exampleWeights,
  readOrigins,
  trainedWeights,
  writeExampleWeights,
} from "./export/export-weights.js";
export { acceleration } from "./measures/acceleration.js";
export { compressionRatio } from "./measures/compression-ratio.js";
export { type Accelerations, accelerations, type Cost, type CostAt, costToReach } from "./measures/cost-to-reach.js";
export { type LearningMeasurements, measureLearning, type StepMeasurements } from "./measures/measure-learning.js";
export { type Similarity, similarity } from "./measures/similarity.js";
export { similarityAsymptote } from "./measures/similarity-asymptote.js";
export { initialParameters, type Model, parameterCount } from "./models/model.js";
export { perceptron } from "./models/perceptron.js";
export { type TransformerShape, transformer } from "./models/transformer.js";
export type { LearningProblem, Resources } from "./passes/problem.js";
export { type ReportOptions, type ReportSummary, writeReport } from "./report/report.js";
export type { Config } from "./runs/config/config.js";
export { presets } from "./runs/config/presets.js";
export { resolveConfig } from "./runs/config/resolve-config.js";
export { type EvaluateOptions, type EvaluationSummary, evaluateRun } from "./runs/evaluation/evaluate-run.js";
export type { EpochEvaluation } from "./runs/evaluation/evaluation.js";
export type { Run } from "./runs/log/run.js";
export { openRun } from "./runs/log/run-directory.js";
export { loadPolicy, savePolicy } from "./runs/policy-file.js";
export { type BuiltProblem, buildProblem } from "./runs/problem/build-problem.js";
export type { EpochMetrics } from "./runs/search/epoch-metrics.js";
export type { SearchRun } from "./runs/search/search-kind.js";
export { runSearch, type SearchRunOptions, type SearchSummary } from "./runs/search/search-run.js";
export {
  type SelectionSummary,
  type SelectOptions,
  type SelectProgress,
  selectFromRun,
} from "./runs/selection/select-run.js";
export { loadModel } from "./runs/training/checkpoint.js";
export { type GeneratedText, type GenerateOptions, generateText } from "./runs/training/generate-text.js";
export { runTraining, type TrainingSummary, type TrainRunOptions } from "./runs/training/train-run.js";
export { openTrainedModel, type TrainedModel } from "./runs/training/trained-model.js";
export { readCosts } from "./runs/training/training-curve.js";
export type { TrainingRun } from "./runs/training/training-kind.js";
export { type Device, devices } from "./runtime/compile.js";
export { type Curves, LearningProcess, type MeasuredStep } from "./search/learning-process.js";
export { type Policy, policyRow, uniformPolicy } from "./search/policy.js";
export {
  type Progress,
  type SearchEpoch,
  type SearchOptions,
  type SearchResult,
  search,
  searchEpochs,
} from "./search/search.js";
export {
  type Evaluation,
  type TrainingOptions,
  type TrainingProblem,
  type TrainingState,
  train,
} from "./training/training.js";
export type { TrainingSettings } from "./training/training-settings.js";
export { type CreatedPolicy, createPolicy } from "./training/weighting/create-policy.js";
export { Law } from "./training/weighting/law.js";
export type {
  Observation,
  OnlinePolicy,
  PolicyFacts,
  PolicyState,
  Question,
} from "./training/weighting/online-policy.js";
