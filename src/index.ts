export {
  compareScaling,
  type Refused,
  type ScalingComparison,
  type ScalingIntervals,
} from "./curves/scaling-comparison.js";
export { fitScalingLaw, fitScalingLaws, type ScalingLaw, scalingLawLoss } from "./curves/scaling-law.js";
export { improvement, predictedAcceleration } from "./curves/scaling-law-improvement.js";
export { confidenceInterval, type Interval, resampleScalingLaws } from "./curves/scaling-law-intervals.js";
export { type CorpusOptions, type Document, readCorpus, streamCorpus } from "./data/corpus.js";
export type { DataSplits, Examples, Field, Origin } from "./data/examples.js";
export { loadTokenizer, type StorableTokenizer, type StoredTokenizer } from "./data/tokenizer.js";
export { InputError } from "./errors.js";
export { acceleration } from "./law/acceleration.js";
export { compressionRatio } from "./law/compression-ratio.js";
export { type Accelerations, accelerations, type Cost, type CostAt, costToReach } from "./law/cost-to-reach.js";
export { type LearningMeasurements, measureLearning, type StepMeasurements } from "./law/measure-learning.js";
export { type Similarity, similarity } from "./law/similarity.js";
export { similarityAsymptote } from "./law/similarity-asymptote.js";
export { type Curves, LearningProcess, type MeasuredStep } from "./learning/learning-process.js";
export { type CreatedPolicy, createPolicy } from "./learning/online/create-policy.js";
export { Law } from "./learning/online/law.js";
export type { Observation, OnlinePolicy, PolicyFacts, PolicyState, Question } from "./learning/online/online-policy.js";
export { AdamW, type AdamWSettings } from "./learning/optimizers/adamw.js";
export type { Optimizer, OptimizerState } from "./learning/optimizers/optimizer.js";
export { Sgd, type SgdSettings } from "./learning/optimizers/sgd.js";
export { type Policy, policyRow, uniformPolicy } from "./learning/policy.js";
export { loadPolicy, savePolicy } from "./learning/policy-file.js";
export type { LearningProblem, Resources } from "./learning/problem.js";
export {
  type Progress,
  type SearchEpoch,
  type SearchOptions,
  type SearchResult,
  search,
  searchEpochs,
} from "./learning/search.js";
export {
  type Evaluation,
  type TrainingOptions,
  type TrainingProblem,
  type TrainingState,
  train,
} from "./learning/training.js";
export type { TrainingSettings } from "./learning/training-settings.js";
export { initialParameters, type Model, parameterCount } from "./models/model.js";
export { perceptron } from "./models/perceptron.js";
export { type TransformerShape, transformer } from "./models/transformer.js";
export { createRandom, type Random } from "./random.js";
export { type ReportOptions, type ReportSummary, writeReport } from "./report/report.js";
export { type BuiltProblem, buildProblem } from "./runs/build-problem.js";
export { loadModel } from "./runs/checkpoint.js";
export type { Config } from "./runs/config.js";
export type { EpochMetrics } from "./runs/epoch-metrics.js";
export { type EvaluateOptions, type EvaluationSummary, evaluateRun } from "./runs/evaluate-run.js";
export type { EpochEvaluation } from "./runs/evaluation.js";
export { exportModel } from "./runs/export-model.js";
export {
  type ExampleWeight,
  exampleWeights,
  readOrigins,
  trainedWeights,
  writeExampleWeights,
} from "./runs/export-weights.js";
export { type GeneratedText, type GenerateOptions, generateText } from "./runs/generate-text.js";
export { presets } from "./runs/presets.js";
export { resolveConfig } from "./runs/resolve-config.js";
export { openRun, type Run } from "./runs/run-directory.js";
export { runSearch, type SearchRunOptions, type SearchSummary } from "./runs/search-run.js";
export { type SelectionSummary, type SelectOptions, type SelectProgress, selectFromRun } from "./runs/select-run.js";
export { runTraining, type TrainingSummary, type TrainRunOptions } from "./runs/train-run.js";
export { openTrainedModel, type TrainedModel } from "./runs/trained-model.js";
export { readCosts } from "./runs/training-curve.js";
export { type Device, devices } from "./runtime/compile.js";
