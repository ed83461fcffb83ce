import { InputError } from "../base/errors.js";
import type { Accelerations, CostAt } from "../measures/cost-to-reach.js";
import { seedsThatHave } from "../measures/over-seeds.js";
import { baselineSeeds } from "../runs/seeds/baseline-seeds.js";
import type { OfSeed } from "../runs/seeds/run-seeds.js";
import { followingSeeds } from "../runs/seeds/seeds-folder.js";
import {
  type ComparedOverSeeds,
  compareOverSeeds,
  type TrainOverSeeds,
  trainOverSeeds,
} from "../runs/seeds/train-seeds.js";
import { readBaselineCosts } from "../runs/training/baseline.js";
import type { TrainingConfig } from "../runs/training/requested-training.js";
import { searched } from "../training/weighting/searched.js";
import type { CommandContext } from "./command.js";
import type { ResourceOptions } from "./options.js";
import { howToGoOn } from "./requested-config.js";
import { intervalsLine, medianText, pairedLine } from "./seeds.js";
import { type Trained, trainedJson, trainOne } from "./train-one.js";

/** Trainings with several seeds. */
export interface TrainedSeeds {
  /** The folder of all of them. */
  readonly run: string;
  readonly seeds: readonly number[];
  readonly runs: readonly OfSeed<Trained>[];
  readonly overSeeds: TrainOverSeeds;
  /** With the baseline, where there is one. */
  readonly comparison?: ComparedOverSeeds;
}

/** What is trained with. */
interface TrainSeedsOptions {
  readonly count: number;
  readonly resume: boolean;
  /** A folder of the same seeds. */
  readonly baseline?: string;
  readonly resources: ResourceOptions;
}

/** `train --seeds`: one training after the other, and what they say together. */
export async function trainSeeds(
  context: CommandContext,
  config: TrainingConfig,
  directory: string,
  { count, resume, baseline, resources }: TrainSeedsOptions,
): Promise<TrainedSeeds> {
  if (config.training.policy.name === searched.name)
    throw new InputError("a saved policy weighs the examples of one seed; with --seeds give a policy by its name");
  const seeds = followingSeeds(config, count);
  const baselines = baseline === undefined ? undefined : baselineSeeds(baseline, seeds);
  // All of them before any is trained: each must be finished.
  const costs = baselines?.map(readBaselineCosts);
  const runs = await context.compute(howToGoOn(context, directory, { seeds: count }), async (signal, bar) => {
    const { runSeeds } = await import("../runs/seeds/run-seeds.js");
    return runSeeds("train", config, directory, { count, resume, signal }, (turn) =>
      trainOne(
        turn.config,
        turn.directory,
        { resources, signal, resume: turn.resume, baseline: baselines?.[turn.before] },
        bar,
        turn,
      ),
    );
  });
  return { run: directory, seeds, runs, overSeeds: trainOverSeeds(runs), comparison: costs && compared(runs, costs) };
}

function compared(runs: readonly Trained[], baselines: readonly (readonly CostAt[])[]): ComparedOverSeeds {
  return compareOverSeeds(
    runs.map((run) => ({ ...run, outcomes: run.measuredOn.outcomes, comparison: run.comparison! })),
    baselines,
  );
}

/** The same as one plain object. */
export function trainedSeedsJson({ run, seeds, runs, overSeeds, comparison }: TrainedSeeds): object {
  return {
    run,
    seeds,
    runs: runs.map(({ seed, ...trained }) => ({ seed, ...trainedJson(trained) })),
    overSeeds,
    comparison,
  };
}

/** The same in plain words. */
export function trainedSeedsLines({ run, seeds, runs, overSeeds, comparison }: TrainedSeeds): string[] {
  const [first, last] = [seeds[0], seeds[seeds.length - 1]];
  const { accelerations, ...paired } = comparison ?? {};
  const quantities =
    comparison === undefined
      ? Object.entries(overSeeds).map(([name, quantity]) => `${name.padEnd(16)} ${medianText(quantity)}`)
      : Object.entries(paired).map(([name, quantity]) => pairedLine(name, quantity));
  return [
    ...quantities,
    ...(accelerations === undefined ? [] : [accelerationLine(accelerations, runs)]),
    "",
    intervalsLine(seeds.length),
    `Seeds ${first} to ${last}. Each is a run of its own, ${run}/seed-${first} to ${run}/seed-${last}.`,
  ];
}

function accelerationLine(accelerations: ComparedOverSeeds["accelerations"], runs: TrainedSeeds["runs"]): string {
  const { values } = accelerations.steps;
  const reached = seedsThatHave({ values });
  if (reached < values.length) {
    const nothing = runs.filter(({ comparison }) => comparison?.nothingToReach).length;
    const without =
      nothing === 0 ? "" : `; of ${nothing} the baseline does not fall to its end or ends above the start`;
    return `acceleration     ${reached} of ${values.length} seeds reach the final test loss of their baseline: no interval${without}`;
  }
  const units = { steps: "steps", tokens: "tokens", work: "gradients", seconds: "seconds" };
  const parts = Object.entries(units).map(
    ([key, unit]) => `${medianText(accelerations[key as keyof Accelerations], (value) => value.toFixed(3))} in ${unit}`,
  );
  return `acceleration     ${parts.join(", ")}`;
}
