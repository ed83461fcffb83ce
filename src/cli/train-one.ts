import { type Comparison, compareWithBaseline, readBaselineCosts, refuseOtherTest } from "../runs/training/baseline.js";
import type { TrainingConfig } from "../runs/training/requested-training.js";
import type { TrainingSummary } from "../runs/training/train-run.js";
import { TrainingProgress } from "../runs/training/training-progress.js";
import { modelSize } from "./format.js";
import type { ResourceOptions } from "./options.js";
import { FIRST_STEP, type ProgressBar } from "./progress-bar.js";
import { type Place, part, placed } from "./seeds.js";

/** A training, beside its baseline where it has one. */
export type Trained = TrainingSummary & { readonly comparison?: Comparison };

/** What a training is run with. */
interface TrainOneOptions {
  readonly resources: ResourceOptions;
  readonly resume?: boolean;
  readonly signal: AbortSignal;
  /** As `readBaselineCosts` takes it. */
  readonly baseline?: string;
}

/** Trains in a run directory, and shows on the bar how far it is; of several seeds, how far all of them are. */
export async function trainOne(
  config: TrainingConfig,
  directory: string,
  { resources, resume, signal, baseline }: TrainOneOptions,
  bar: ProgressBar,
  place?: Place,
): Promise<Trained> {
  const conventional = baseline === undefined ? undefined : readBaselineCosts(baseline);
  const { steps } = config.training;
  const { runTraining } = await import("../runs/training/train-run.js");
  const progress = new TrainingProgress(steps);
  let loss = "";
  const show = (fraction: number, note: string) => bar.update(part(fraction, place), placed(note, place));
  const summary = await runTraining(config, directory, {
    ...{ ...resources, resume, signal },
    ...bar.beginning(part(0, place), (doing) => placed(doing, place)),
    onStart: (facts) => {
      // A run that fails here leaves no directory.
      if (baseline !== undefined) refuseOtherTest(baseline, facts.measuredOn);
      bar.log(`run ${directory}: ${modelSize(facts)}`);
      bar.stage(part(0, place), placed(FIRST_STEP, place));
    },
    onPreparation: (fraction) =>
      show(progress.preparing(fraction), "training a model of the desired text, for the policy"),
    onEvaluation: ({ testLoss }) => {
      loss = `  test loss ${testLoss.toFixed(4)}`;
    },
    onStep: (step) => show(progress.after(step), `step ${step}/${steps}${loss}`),
  });
  const comparison = conventional && compareWithBaseline(summary.costs, conventional);
  return { ...summary, comparison };
}

/** The result of a training as one plain object. */
export function trainedJson({
  run,
  comparison,
  checkpoint,
  costs,
  measuredOn,
  testCurve,
  ...numbers
}: Trained): object {
  const accelerations = comparison?.accelerations;
  return { run, ...numbers, accelerations, checkpoint, testCurve: [...testCurve], costs, measuredOn };
}
