// learning-law/measures: what is measured of a learning process
export { acceleration, baselineCrossing } from "./acceleration.js";
export { compressionRatio } from "./compression-ratio.js";
export { type Accelerations, accelerations, type Cost, type CostAt, costToReach } from "./cost-to-reach.js";
export { type Dropped, DroppedExamples, type DroppedGroup, groupDropped } from "./dropped-examples.js";
export type { GradientOpposition } from "./interference/gradient-opposition.js";
export {
  InterferenceMeter,
  type InterferenceSample,
  type SampleChanges,
  type SampleLosses,
} from "./interference/interference-meter.js";
export { destructiveInterference, type LossChanges, lossChanges } from "./interference/loss-changes.js";
export {
  type LearningUnderWay,
  type MeasureInterferenceOptions,
  measureInterference,
  type StepInterference,
} from "./interference/measure-interference.js";
export { type LowWeights, lowWeights } from "./low-weights.js";
export {
  type LearningMeasurements,
  measureLearning,
  PERFECTLY_LEARNED,
  type StepMeasurements,
} from "./measure-learning.js";
export {
  type OverSeeds,
  overSeeds,
  type PairedOverSeeds,
  pairedOverSeeds,
  type Reach,
  type SeedScale,
  seedInterval,
} from "./over-seeds.js";
export { lowestBeforeRise } from "./overfitting.js";
export { type Similarity, similarity } from "./similarity.js";
export { type SimilarityAsymptote, similarityAsymptote } from "./similarity-asymptote.js";
export { studentT } from "./student-t.js";
export { type CumulativePoint, WeightDistribution } from "./weight-distribution.js";
export { totalWeights, type WeightDynamics, WeightDynamicsSample } from "./weight-dynamics.js";
export { nonPositiveZeroShare, zeroWeights } from "./zero-weights.js";
