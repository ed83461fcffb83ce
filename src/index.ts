export type { Examples, Origin } from "./data/examples.js";
export { InputError } from "./errors.js";
export { acceleration } from "./law/acceleration.js";
export { compressionRatio } from "./law/compression-ratio.js";
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
export type { Model } from "./models/model.js";
export { perceptron } from "./models/perceptron.js";
export { transformer } from "./models/transformer.js";
export { createRandom } from "./random.js";
export { buildProblem } from "./runs/build-problem.js";
export type { Config } from "./runs/config.js";
export { exampleWeights } from "./runs/export-weights.js";
export { resolveConfig } from "./runs/resolve-config.js";
export { runSearch, type SearchSummary } from "./runs/search-run.js";
