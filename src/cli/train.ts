import { join } from "node:path";
import { InputError } from "../base/errors.js";
import { NO_ACCELERATION } from "../measures/acceleration.js";
import type { Accelerations } from "../measures/cost-to-reach.js";
import { lowestBeforeRise } from "../measures/overfitting.js";
import type { Config } from "../runs/config/config.js";
import { keysOf } from "../runs/config/keys.js";
import { trainingSection } from "../runs/config/sections.js";
import { bestPolicyOf } from "../runs/search/best-policy.js";
import { type Comparison, readBaselineCurve, refuseOtherTest } from "../runs/training/baseline.js";
import type { LearnedOnce } from "../runs/training/learn-once.js";
import { requestedTraining } from "../runs/training/requested-training.js";
import type { TrainingSummary } from "../runs/training/train-run.js";
import { weightings } from "../training/weighting/registry.js";
import { type CommandContext, command, type OptionValues } from "./command.js";
import { defaultDirectory } from "./default-directory.js";
import { ONE_SEED, shown } from "./format.js";
import { resources, set } from "./options.js";
import { FIRST_STEP } from "./progress-bar.js";
import { DEFAULT_PRESET, howToGoOn, requestedConfig } from "./requested-config.js";
import { seedCount, seeds } from "./seeds.js";
import { type Trained, trainedJson, trainOne } from "./train-one.js";
import { type TrainedSeeds, trainedSeedsJson, trainedSeedsLines, trainSeeds } from "./train-seeds.js";
import { watch, watchRun } from "./watch.js";

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
  seeds: { ...seeds, about: `of a training: ${seeds.about}; a baseline is then a folder of the same seeds` },
  resume: { about: "of a training: continue the run in --out, or the newest of this name" },
  watch,
  ...resources,
} as const;

const NEVER_REACHED = "acceleration     the final test loss of the baseline is never reached";

/** What work is counted in: gradients of one example. */
const GRADIENTS = "gradients";

type Options = OptionValues<typeof options>;

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
      about: `a preset, a YAML file, or the config.yaml of a run (default: ${DEFAULT_PRESET}, or the run's own)`,
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
  learning-law train --out runs/quickstart-train-1 --resume                     after Ctrl-C or a crash

Example of weights that are learned while training, beside conventional training (in steps, gradients and seconds):
  learning-law train quickstart --set training.optimizer=adamw --set data.examples=4096 --out runs/plain
  learning-law train quickstart --set training.optimizer=adamw --set data.examples=4096 --out runs/law \\
    --policy law --baseline runs/plain

Example with several seeds, pair by pair of the same one:
  learning-law train quickstart --set training.optimizer=adamw --seeds 5 --out runs/plains
  learning-law train quickstart --set training.optimizer=adamw --seeds 5 --policy law --baseline runs/plains

Gradients are counted of one example each, a forward pass as a third of one; what a policy measures is counted too.

Policies:
${[...weightings].map(({ name, shorthand, about }) => `  ${(shorthand?.wanted.replace(/^an? /, "") ?? name).padEnd(17)} ${about}`).join("\n")}

Keys of the section training, and their defaults:
${keysOf(trainingSection)
  .map(({ key, about, of }) => `  ${key.padEnd(22)} ${of === undefined ? "" : `of ${of}: `}${about}`)
  .join("\n")}`,

  async run(context, [presetOrFile], given): Promise<LearnedOnce | Trained | TrainedSeeds> {
    const options = given.policy === undefined ? given : { ...given, policy: bestPolicyOf(given.policy) };
    const { out, resume, baseline, seeds, device, threads, memory } = options;
    const resources = { device, threads, memory };
    const count = seedCount(seeds, resume === true, out);
    const suffix = count === undefined ? "-train" : "-train-seeds";
    const directory = out ?? defaultDirectory(presetOrFile ?? DEFAULT_PRESET, resume, suffix);
    const config = requestedConfig("training", presetOrFile, options.set, resume && directory);
    const training = requestedTraining(config, options.policy);
    if (training === undefined) return learn(context, config, options);
    if (options.watch) await watchRun(context, directory);
    if (count !== undefined)
      return trainSeeds(context, training, directory, { count, resume: resume === true, baseline, resources });
    return context.compute(howToGoOn(context, directory), (signal, bar) =>
      trainOne(training, directory, { resources, resume, signal, baseline }, bar),
    );
  },

  lines(result) {
    if ("overSeeds" in result) return trainedSeedsLines(result);
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
    if ("overSeeds" in result) return trainedSeedsJson(result);
    return "run" in result ? trainedJson(result) : { ...result, testCurve: [...result.testCurve] };
  },
});

/** Full-batch gradient descent. */
async function learn({ compute }: CommandContext, config: Config, options: Options): Promise<LearnedOnce> {
  const { set: _, baseline, out, resume, seeds, watch: asked, ...rest } = options;
  if (seeds !== undefined)
    throw new InputError(
      "--seeds is for a training in mini-batches or under a named policy, whose runs are kept; ask for one with --set training.optimizer=adamw",
    );
  if (out !== undefined || resume)
    throw new InputError(
      "--out and --resume are for a training in mini-batches or under a named policy; ask for one with --set training.optimizer=adamw",
    );
  if (asked)
    throw new InputError(
      "--watch is for a training whose run is kept; ask for one with --set training.optimizer=adamw",
    );
  const { steps } = config.learning;
  const conventional = baseline === undefined ? undefined : readBaselineCurve(baseline, steps);
  return compute(
    () => "nothing was written",
    async (signal, bar) => {
      const { buildProblem } = await import("../runs/problem/build-problem.js");
      const { measuredOn } = await import("../runs/log/facts.js");
      const { learnOnce } = await import("../runs/training/learn-once.js");
      const { problem } = await buildProblem(config, { signal, ...bar.beginning() });
      if (baseline !== undefined) refuseOtherTest(baseline, measuredOn(problem));
      bar.stage(0, FIRST_STEP);
      return learnOnce(problem, {
        ...{ ...rest, baseline: conventional, signal },
        ...bar.beginning(),
        onStep: (step, loss) => bar.update(step / steps, `step ${step}/${steps}  test loss ${loss.toFixed(4)}`),
      });
    },
  );
}

function fullBatchLine(acceleration: number | null, baselineFalls: boolean): string {
  if (!baselineFalls) return `acceleration     none: ${NO_ACCELERATION}`;
  return acceleration === null ? NEVER_REACHED : `acceleration     ${acceleration.toFixed(3)} (${ONE_SEED})`;
}

/** How many times sooner the baseline's final test loss was reached, by each measure of cost. */
function accelerationLine({ accelerations: faster, nothingToReach }: Comparison): string {
  if (nothingToReach) return `acceleration     none: ${NO_ACCELERATION}`;
  if (faster === null) return NEVER_REACHED;
  const units = { steps: "steps", tokens: "tokens", work: "gradients", seconds: "seconds" };
  const shown = Object.entries(units).map(
    ([key, unit]) => `${faster[key as keyof Accelerations].toFixed(3)} in ${unit}`,
  );
  return `acceleration     ${shown.join(", ")} (${ONE_SEED})`;
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
  return Object.entries(numbers).map(
    ([key, value]) => `${(key === "work" ? GRADIENTS : key).padEnd(16)} ${shown(value)}`,
  );
}
