import type { z } from "zod";
import { belowOne, between, positive, section, whole } from "../../base/settings.js";
import { optimizers } from "../../descent/optimizers/registry.js";
import { constant } from "../../descent/schedules/constant.js";
import { schedules } from "../../descent/schedules/registry.js";
import { searchDefaults } from "../../search/search-settings.js";
import { stepRules } from "../../search/steps/registry.js";
import { weightings } from "../../training/weighting/registry.js";

export const learningSection = section({
  steps: whole(1).describe("T, steps of gradient descent"),
  learningRate: positive().describe("eta"),
  warmup: whole(0).describe("steps of linear warm-up"),
  schedule: schedules
    .schema(constant.name)
    .optional()
    .describe(`of eta after its warm-up, as of a training; ${constant.name} by default`),
});

export const searchSection = section({
  epochs: whole(1).describe("E, improvements of the policy at most"),
  step: stepRules
    .schema(searchDefaults.step)
    .prefault(searchDefaults.step)
    .describe("how a search steps from a policy to a better one"),
  epsilon: positive().describe("the first step along the gradient of the area"),
  block: whole(1).default(searchDefaults.block).describe("steps of learning over which weights stay the same"),
  desiredShare: between(Number.MIN_VALUE, 1, "a number above 0, at most 1")
    .default(searchDefaults.desiredShare)
    .describe("the share of the desired examples that an epoch sees, drawn anew for each"),
  gap: positive()
    .nullable()
    .default(searchDefaults.gap)
    .describe("end where the optimality gap, in nats, is no larger; null for never"),
  patience: whole(1)
    .nullable()
    .default(searchDefaults.patience)
    .describe("end after so many epochs without a smaller area on validation examples; null for never"),
  keepEvery: whole(1).describe("keep the policy of every k-th epoch; the best and the last are always kept"),
});

/** What a section `training` chooses where it says nothing. */
export const DEFAULTS = { optimizer: "adamw", schedule: "cosine", policy: "uniform" };

const DEFAULT_BATCH = 64;

const rates = [...optimizers].map(({ name, learningRate }) => `${learningRate} for ${name}`);

export const trainingSection = section({
  optimizer: optimizers.schema(DEFAULTS.optimizer).prefault(DEFAULTS.optimizer).describe(optimizers.wanted()),
  learningRate: positive().describe(`the peak of the schedule; by default ${rates.join(", ")}`),
  batch: whole(1).default(DEFAULT_BATCH).describe("B, examples a step, all where there are fewer by default"),
  accumulate: whole(1).default(1).describe("parts in which a batch is computed, for less memory; divides batch"),
  schedule: schedules
    .schema(DEFAULTS.schedule)
    .prefault(DEFAULTS.schedule)
    .describe("of the learning rate after its warm-up; `learning-law schedules` draws them"),
  warmup: whole(0).default(50).describe("steps of linear warm-up"),
  clip: between(Number.MIN_VALUE, 1e9, "a number above 0, at most 1000000000, or null")
    .nullable()
    .default(1)
    .describe("the norm that gradients are clipped to; null for none"),
  average: belowOne("a number from 0 to below 1, or null")
    .nullable()
    .default(null)
    .describe("decay of a moving average of theta, which then is evaluated and saved; null for none"),
  evaluateEvery: whole(1).default(20).describe("steps from one measurement of the loss to the next"),
  checkpointEvery: whole(1).default(100).describe("steps from one checkpoint to the next"),
  steps: whole(1).default(1000).describe("T, steps of the optimizer"),
  policy: weightings
    .schema(DEFAULTS.policy)
    .prefault(DEFAULTS.policy)
    .describe("who weighs the examples of a batch: a policy's name, or a saved policy's file"),
}).refine(({ batch, accumulate }) => batch % accumulate === 0, {
  error: ({ input }) => `a number that divides training.batch (${(input as { batch: number }).batch})`,
  path: ["accumulate"],
});

/** A section `training` with what follows from others where it does not give it: its learning rate, and its batch. */
export function withDefaults(training: unknown, data: unknown): unknown {
  if (typeof training !== "object" || training === null) return training;
  const optimizer = optimizers.chosen((training as { optimizer?: unknown }).optimizer, DEFAULTS.optimizer);
  const { examples } = (data ?? {}) as { examples?: unknown };
  return {
    ...(optimizer !== undefined && { learningRate: optimizer.learningRate }),
    ...(Number.isInteger(examples) && { batch: Math.max(1, Math.min(DEFAULT_BATCH, examples as number)) }),
    ...training,
  };
}

export const seedKey = whole(0, 2 ** 31 - 1).describe("of everything random");

export type TrainingSection = z.output<typeof trainingSection>;
