// learning-law/search: learning under a policy, and the search for the best one
export { type Curves, LearningProcess, type MeasuredStep } from "./learning-process.js";
export { type Policy, policyRow, uniformPolicy } from "./policy.js";
export {
  type MeasuredEpoch,
  type Progress,
  type SearchEpoch,
  type SearchOptions,
  type SearchResult,
  search,
  searchEpochs,
} from "./search.js";
export type { Phase } from "./stopwatch.js";
