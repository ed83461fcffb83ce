// learning-law/descent: how a gradient moves theta: optimizers, schedules, one step of learning
export { learningRates, scheduledRates } from "./learning-rates.js";
export { LearningStep, type LearningStepSettings } from "./learning-step.js";
export { AdamW, type AdamWSettings } from "./optimizers/adamw.js";
export {
  type Optimizer,
  type OptimizerComponent,
  type OptimizerFacts,
  type OptimizerState,
  optimizer,
} from "./optimizers/optimizer.js";
export { optimizers } from "./optimizers/registry.js";
export { Sgd, type SgdSettings } from "./optimizers/sgd.js";
export { type GradientNorms, type Norm, refine } from "./schedules/refinement.js";
export { schedules } from "./schedules/registry.js";
export { type ScheduleComponent, type ScheduleFacts, type Shape, type Span, schedule } from "./schedules/schedule.js";
