// learning-law/search: learning under a policy, and the search for the best one
export { type Curves, LearningProcess, type MeasuredStep } from "./learning-process.js";
export { optimalityGap } from "./optimality-gap.js";
export { type Policy, policyRow, uniformPolicy } from "./policy.js";
export {
  type Ending,
  type MeasuredEpoch,
  type SearchEpoch,
  type SearchOptions,
  type SearchResult,
  type SearchState,
  search,
  searchEpochs,
} from "./search.js";
export type { Progress } from "./search-progress.js";
export type { SearchSettings } from "./search-settings.js";
export { stepRules } from "./steps/registry.js";
export type { AreaOf, RuleState, SearchPoint, StepRule, StepRuleComponent, StepRuleFacts } from "./steps/step-rule.js";
export type { Phase } from "./stopwatch.js";
