import type { Config } from "../../runs/config/config.js";
import { resolveConfig } from "../../runs/config/resolve-config.js";
import type { TrainingSummary } from "../../runs/training/train-run.js";
import type { Plan, PlanContext, Runs } from "./plan.js";

/** A training, as the section `training` of the configuration says; a setting such as `training.steps=500` asks for it. */
export function training(name: string, preset: string, settings: readonly string[]): Plan<TrainingSummary> {
  return trainingPlan(name, preset, settings, async () => resolveConfig(preset, settings));
}

/**
 * The full-batch gradient descent of the section `learning` (DESIGN 2.1, GD), kept as a training is.
 *
 * @param policy who weighs: a name, a policy's file, or the directory of a search for its best
 */
export function descent(
  name: string,
  preset: string,
  settings: readonly string[],
  policy: (runs: Runs) => string,
): Plan<TrainingSummary> {
  return trainingPlan(name, preset, settings, async ({ runs }) => {
    const { fullBatchTraining } = await import("../../runs/config/full-batch-training.js");
    const { bestPolicyOf } = await import("../../runs/search/best-policy.js");
    const { weightings } = await import("../../training/weighting/registry.js");
    const config = resolveConfig(preset, settings);
    const weighing = weightings.choose(bestPolicyOf(policy(runs)));
    return { ...config, training: { ...fullBatchTraining(config), policy: weighing } };
  });
}

function trainingPlan(
  name: string,
  preset: string,
  settings: readonly string[],
  configOf: (context: PlanContext) => Promise<Config>,
): Plan<TrainingSummary> {
  return {
    ...{ name, kind: "training", preset, settings },
    work: () => {
      const { training, learning, data } = resolveConfig(preset, settings);
      const { steps, batch } = training ?? { steps: learning.steps, batch: data.examples };
      // A gradient is three forward passes; what a policy measures besides is left out.
      return 3 * steps * batch;
    },
    run: async (context) => train(await configOf(context), context),
    summary: ({ finalTestLoss }) => `is trained: final test loss ${finalTestLoss.toFixed(4)}`,
  };
}

async function train(config: Config, { directory, onProgress, runs: _, ...resources }: PlanContext) {
  // The engines take longer to load than a list of experiments should.
  const { isRun } = await import("../../runs/log/run-directory.js");
  const { runTraining } = await import("../../runs/training/train-run.js");
  const steps = config.training?.steps ?? 1;
  return runTraining(config, directory, {
    ...resources,
    resume: isRun(directory),
    onPreparation: () => onProgress?.(0, "preparing the policy"),
    onStep: (step) => onProgress?.(step / steps, `training, step ${step}/${steps}`),
  });
}
