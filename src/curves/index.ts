// learning-law/curves: fits of loss curves
export { area } from "./area.js";
export { type CurvePoint, interpolateCurve } from "./interpolate-curve.js";
export { compareScaling, type Refused, type ScalingComparison, type ScalingIntervals } from "./scaling-comparison.js";
export { fitScalingLaw, fitScalingLaws, type ScalingLaw, scalingLawLoss } from "./scaling-law.js";
export { improvement, predictedAcceleration } from "./scaling-law-improvement.js";
export { confidenceInterval, type Interval, resampleScalingLaws } from "./scaling-law-intervals.js";
