import { join } from "node:path";
import { InputError } from "../base/errors.js";
import type { Accelerations } from "../measures/cost-to-reach.js";
import { lowestBeforeRise } from "../measures/overfitting.js";
import type { Config } from "../runs/config/config.js";
import { keysOf } from "../runs/config/keys.js";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { trainingSection } from "../runs/config/sections.js";
import { bestPolicyOf } from "../runs/search/best-policy.js";
import {
  type Comparison,
  compareWithBaseline,
  readBaselineCosts,
  readBaselineCurve,
  refuseOtherTest,
} from "../runs/training/baseline.js";
import type { LearnedOnce } from "../runs/training/learn-once.js";
import { requestedTraining, type TrainingConfig } from "../runs/training/requested-training.js";
import type { TrainingSummary } from "../runs/training/train-run.js";
import { TrainingProgress } from "../runs/training/training-progress.js";
import { weightings } from "../training/weighting/registry.js";
import { type CommandContext, command, type OptionValues } from "./command.js";
import { defaultDirectory } from "./default-directory.js";
import { modelSize, NO_ACCELERATION, shown } from "./format.js";
import { resources, set } from "./options.js";

const options = {
  set,
  policy: {
    value: "<name|file|run>",
    about: "who weighs the examples: a name from the list below, a policy in safetensors, or a search for its best",
  },
  baseline: {
    value: "<run|file>",
    about:
      "to compare with: a training's directory, what `train --json` printed, or (full-batch) a run's baseline.json",
  },
  out: { value: "<dir>", about: "of a training: the run directory (default: runs/NAME-train-1, or the next number)" },
  resume: { about: "of a training: continue the run in --out, or the newest of this name" },
  ...resources,
} as const;

const NEVER_REACHED = "acceleration     the final test loss of the baseline is never reached";

type Options = OptionValues<typeof options>;
type Trained = TrainingSummary & { readonly comparison?: Comparison };

export const train = command({
  name: "train",
  summary: "one learning process: conventional, under a policy, or in mini-batches with AdamW or SGD",
  description:
    "Learns once, and prints the area under the test loss, the compression ratio, the final loss and, given a " +
    "baseline, the acceleration over it. By default that is full-batch gradient descent, conventionally or " +
    "under a policy. Where the configuration has a section training, it is training as people train: mini- " +
    "batches, AdamW or SGD with momentum, a schedule, clipping; in a run directory with its curve and " +
    "checkpoints, which can be interrupted and continued.",
  arguments: [
    {
      name: "[preset-or-config]",
      about: "a preset, a YAML file, or the config.yaml of a run",
      default: "quickstart",
    },
  ],
  options,
  help: `Example, after a search:
  learning-law train runs/quickstart-1/config.yaml --policy runs/quickstart-1/policies/epoch-0003.safetensors \\
    --baseline runs/quickstart-1/baseline.json

Examples of a training, every key of which has a default:
  learning-law train quickstart --set training.optimizer=adamw
  learning-law train quickstart --set training.optimizer=sgd --set training.steps=500 --json > sgd.json
  learning-law train quickstart --set training.schedule=wsd --set training.steps=500 --baseline sgd.json
  learning-law train quickstart --set training.optimizer=adamw --resume         after Ctrl-C or a crash

Example of weights that are learned while training, beside conventional training (in steps, gradients and seconds):
  learning-law train quickstart --set training.optimizer=adamw --set data.examples=4096 --out runs/plain
  learning-law train quickstart --set training.optimizer=adamw --set data.examples=4096 --out runs/law \\
    --policy law --baseline runs/plain

Policies:
${[...weightings].map(({ name, shorthand, about }) => `  ${(shorthand?.wanted.replace(/^an? /, "") ?? name).padEnd(17)} ${about}`).join("\n")}

Keys of the section training, and their defaults:
${keysOf(trainingSection)
  .map(({ key, about, of }) => `  ${key.padEnd(22)} ${of === undefined ? "" : `of ${of}: `}${about}`)
  .join("\n")}`,

  async run(context, [presetOrFile], given): Promise<LearnedOnce | Trained> {
    const options = given.policy === undefined ? given : { ...given, policy: bestPolicyOf(given.policy) };
    const config = resolveConfig(presetOrFile, options.set);
    const training = requestedTraining(config, options.policy);
    if (training === undefined) return learn(context, config, options);
    const directory = options.out ?? defaultDirectory(presetOrFile, options.resume, "-train");
    return trainInRun(context, training, directory, options);
  },

  lines(result) {
    if (!("run" in result)) {
      const { testCurve: _, measuredOn: __, baselineFalls, acceleration, ...numbers } = result;
      return [
        ...numberLines(numbers),
        ...(acceleration === undefined ? [] : [fullBatchLine(acceleration, baselineFalls === true)]),
      ];
    }
    const { run, checkpoint, comparison, testCurve: _, costs: __, measuredOn: ___, ...numbers } = result;
    return [
      ...numberLines(numbers),
      ...(comparison === undefined ? [] : [accelerationLine(comparison)]),
      "",
      ...overfittingLines(result),
      `The model is ${checkpoint}; its losses at every evaluation are in ${join(run, "curve.jsonl")}.`,
    ];
  },

  json(result) {
    const testCurve = [...result.testCurve];
    if (!("run" in result)) return { ...result, testCurve };
    const { run, comparison, checkpoint, costs, measuredOn, testCurve: _, ...numbers } = result;
    const accelerations = comparison?.accelerations;
    return { run, ...numbers, accelerations, checkpoint, testCurve, costs, measuredOn };
  },
});

/** Full-batch gradient descent. */
async function learn({ compute }: CommandContext, config: Config, options: Options): Promise<LearnedOnce> {
  const { set: _, baseline, out, resume, ...rest } = options;
  if (out !== undefined || resume)
    throw new InputError(
      "--out and --resume are for a training in mini-batches or under a named policy; ask for one with --set training.optimizer=adamw",
    );
  const { steps } = config.learning;
  const conventional = baseline === undefined ? undefined : readBaselineCurve(baseline, steps);
  const { buildProblem } = await import("../runs/problem/build-problem.js");
  const { measuredOn } = await import("../runs/log/facts.js");
  const { learnOnce } = await import("../runs/training/learn-once.js");
  const { problem } = await buildProblem(config);
  if (baseline !== undefined) refuseOtherTest(baseline, measuredOn(problem));
  return compute("nothing was written", (signal, bar) =>
    learnOnce(problem, {
      ...{ ...rest, baseline: conventional, signal },
      onStep: (step, loss) => bar.update(step / steps, `step ${step}/${steps}  test loss ${loss.toFixed(4)}`),
    }),
  );
}

/** A training in a run directory. */
async function trainInRun(
  { compute, continuation }: CommandContext,
  config: TrainingConfig,
  directory: string,
  { baseline, resume, device, threads, memory }: Options,
): Promise<Trained> {
  const conventional = baseline === undefined ? undefined : readBaselineCosts(baseline);
  const { steps } = config.training;
  const { runTraining } = await import("../runs/training/train-run.js");
  const progress = new TrainingProgress(steps);
  let loss = "";
  const summary = await compute(continuation({ out: directory }), (signal, bar) =>
    runTraining(config, directory, {
      ...{ device, threads, memory, resume, signal },
      onStart: (facts) => {
        // A run that fails here leaves no directory.
        if (baseline !== undefined) refuseOtherTest(baseline, facts.measuredOn);
        bar.log(`run ${directory}: ${modelSize(facts)}`);
      },
      onPreparation: (fraction) =>
        bar.update(progress.preparing(fraction), "training a model of the desired text, for the policy"),
      onEvaluation: ({ testLoss }) => {
        loss = `  test loss ${testLoss.toFixed(4)}`;
      },
      onStep: (step) => bar.update(progress.after(step), `step ${step}/${steps}${loss}`),
    }),
  );
  const comparison = conventional && compareWithBaseline(summary.costs, conventional);
  return { ...summary, comparison };
}

function fullBatchLine(acceleration: number | null, baselineFalls: boolean): string {
  if (!baselineFalls) return `acceleration     none: ${NO_ACCELERATION}`;
  return acceleration === null ? NEVER_REACHED : `acceleration     ${acceleration.toFixed(3)}`;
}

/** How many times sooner the baseline's final test loss was reached, by each measure of cost. */
function accelerationLine({ accelerations: faster, nothingToReach }: Comparison): string {
  if (nothingToReach) return `acceleration     none: ${NO_ACCELERATION}`;
  if (faster === null) return NEVER_REACHED;
  const units = { steps: "steps", tokens: "tokens", work: "gradients", seconds: "seconds" };
  const shown = Object.entries(units).map(
    ([key, unit]) => `${faster[key as keyof Accelerations].toFixed(3)} in ${unit}`,
  );
  return `acceleration     ${shown.join(", ")}`;
}

/** What is said where the training was better before its end. */
function overfittingLines({ costs, finalTestLoss, run }: TrainingSummary): string[] {
  const lowest = lowestBeforeRise(costs);
  if (lowest === undefined) return [];
  return [
    `The test loss was lowest at step ${lowest.step}, ${shown(lowest.testLoss)} nats, and has risen to ${shown(finalTestLoss)} ` +
      "since: the training overfits, or its rate is too high. Fewer steps or more data.examples help; " +
      `--checkpoint best of generate and export takes the best model that ${run} keeps.`,
    "",
  ];
}

/** A name and a number in every line. */
function numberLines(numbers: Readonly<Record<string, number>>): string[] {
  return Object.entries(numbers).map(([name, value]) => `${name.padEnd(16)} ${shown(value)}`);
}
