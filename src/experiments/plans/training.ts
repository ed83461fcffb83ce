import type { Config } from "../../runs/config/config.js";
import { resolveConfig } from "../../runs/config/resolve-config.js";
import type { TrainingSummary } from "../../runs/training/train-run.js";
import type { Plan, PlanContext } from "./plan.js";

/** A training, as the section `training` of the configuration says; a setting such as `training.steps=500` asks for it. */
export function training(name: string, preset: string, settings: readonly string[]): Plan<TrainingSummary> {
  return {
    ...{ name, kind: "training", preset, settings },
    work: () => {
      const { training } = resolveConfig(preset, settings);
      // A gradient is three forward passes; what a policy measures besides is left out.
      return training === undefined ? 0 : 3 * training.steps * training.batch;
    },
    run: (context) => train(resolveConfig(preset, settings), context),
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
