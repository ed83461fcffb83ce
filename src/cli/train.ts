import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { InputError } from "../base/errors.js";
import { asInputError } from "../files/atomic-file.js";
import { acceleration } from "../measures/acceleration.js";
import { compressionRatio } from "../measures/compression-ratio.js";
import { type Accelerations, accelerations, type CostAt } from "../measures/cost-to-reach.js";
import type { Config } from "../runs/config/config.js";
import { fullBatchTraining } from "../runs/config/full-batch-training.js";
import { keysOf } from "../runs/config/keys.js";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { trainingSection } from "../runs/config/sections.js";
import { openRun } from "../runs/log/run-directory.js";
import { loadPolicy } from "../runs/policy-file.js";
import { readCosts } from "../runs/training/training-curve.js";
import { uniformPolicy } from "../search/policy.js";
import { weightings } from "../training/weighting/registry.js";
import { searched } from "../training/weighting/searched.js";
import { continuation } from "./command-line.js";
import { defaultDirectory } from "./default-directory.js";
import { withInterrupt } from "./interrupt.js";
import { addResourceOptions, type ResourceOptions, setOption } from "./options.js";
import { ProgressBar } from "./progress-bar.js";

const number = z.number();
const Costs = z
  .array(z.object({ step: number, tokens: number, work: number, seconds: number, testLoss: number }))
  .min(1);

/** A policy that needs a model of the desired text trains it for a quarter of the steps. */
const PREPARATION_SHARE = 1 / 5;

interface Options extends ResourceOptions {
  set: string[];
  policy?: string;
  baseline?: string;
  out?: string;
  resume?: boolean;
  json?: boolean;
}

export function trainCommand(): Command {
  return addResourceOptions(
    new Command("train")
      .summary("one learning process: conventional, under a policy, or in mini-batches with AdamW or SGD")
      .description(
        "Learns once, and prints the area under the test loss, the compression ratio, the final loss and, given a " +
          "baseline, the acceleration over it. By default that is full-batch gradient descent, conventionally or " +
          "under a policy. Where the configuration has a section training, it is training as people train: mini- " +
          "batches, AdamW or SGD with momentum, a schedule, clipping; in a run directory with its curve and " +
          "checkpoints, which can be interrupted and continued.",
      )
      .argument("[preset-or-config]", "a preset, a YAML file, or the config.yaml of a run", "quickstart")
      .addOption(setOption())
      .option("--policy <name|file>", "who weighs the examples: a name from the list below, or a policy in safetensors")
      .option(
        "--baseline <run|file>",
        "to compare with: a training's directory, what `train --json` printed, or (full-batch) a run's baseline.json",
      )
      .option("--out <dir>", "of a training: the run directory (default: runs/NAME-train-1, or the next number)")
      .option("--resume", "of a training: continue the run in --out, or the newest of this name"),
  )
    .addHelpText(
      "after",
      `
Example, after a search:
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
${[...weightings].map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join("\n")}

Keys of the section training, and their defaults:
${keysOf(trainingSection)
  .map(({ key, about, of }) => `  ${key.padEnd(22)} ${of === undefined ? "" : `of ${of}: `}${about}`)
  .join("\n")}`,
    )
    .action(train);
}

function train(presetOrFile: string, options: Options): Promise<void> {
  const config = resolveConfig(presetOrFile, options.set);
  const policy = options.policy === undefined ? undefined : weightings.choose(options.policy);
  const online = policy !== undefined && policy.name !== searched.name;
  if (config.training === undefined && !online) return learn(config, options);
  const training = { ...(config.training ?? fullBatchTraining(config)), ...(policy !== undefined && { policy }) };
  return trainInRun(presetOrFile, { ...config, training }, options);
}

/** Full-batch gradient descent. */
async function learn(
  config: Config,
  { policy: file, baseline, out, resume, json, set: _, ...resources }: Options,
): Promise<void> {
  if (out !== undefined || resume)
    throw new InputError(
      "--out and --resume are for a training in mini-batches or under a named policy; ask for one with --set training.optimizer=adamw",
    );
  const { steps } = config.learning;
  const conventional = baseline === undefined ? undefined : readCurve(baseline, "learning.steps", steps);
  // The engines take longer to load than help or a wrong key should.
  const { buildProblem } = await import("../runs/problem/build-problem.js");
  const { LearningProcess } = await import("../search/learning-process.js");
  const { mean } = await import("../base/floats.js");
  const { problem } = await buildProblem(config);
  const shape = { steps, examples: problem.train.count };
  const policy = file === undefined ? uniformPolicy(shape.steps, shape.examples) : loadPolicy(file, shape);

  const learning = new LearningProcess(problem, resources);
  const bar = new ProgressBar();
  try {
    const curves = await withInterrupt("interrupted; nothing was written", (signal) =>
      learning.learn(policy, {
        onStep: (t, loss) => {
          signal.throwIfAborted();
          bar.update(t / steps, `step ${t}/${steps}  test loss ${loss.toFixed(4)}`);
        },
      }),
    );
    bar.stop();
    const testArea = mean(curves.test);
    const result = {
      testArea,
      compressionRatio: compressionRatio(testArea, problem.model.outcomes),
      finalTestLoss: curves.test[steps - 1],
      ...(conventional && { acceleration: finite(acceleration(curves.test, conventional)) }),
    };
    if (json) console.log(JSON.stringify({ ...result, testCurve: [...curves.test] }));
    else printNumbers(result);
  } finally {
    bar.stop();
    await learning.release();
  }
}

/** A training in mini-batches, in a run directory. */
async function trainInRun(
  presetOrFile: string,
  config: Config,
  { set, policy, baseline, out, resume, json, ...resources }: Options,
): Promise<void> {
  const conventional = baseline === undefined ? undefined : readBaselineCosts(baseline);
  const { steps } = config.training!;
  const { runTraining } = await import("../runs/training/train-run.js");
  const directory = out ?? defaultDirectory(presetOrFile, resume ?? false, "-train");
  const given = Object.entries({ "--policy": policy, "--baseline": baseline });
  const words = given.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  const more = [...words, ...(json ? ["--json"] : [])];
  const again = continuation("train", presetOrFile, { set, out: directory, ...resources }, more);
  const bar = new ProgressBar();
  let loss = "";
  let prepared = 0;
  try {
    const { testCurve, costs, checkpoint, run, ...summary } = await withInterrupt(
      `interrupted; continue with: ${again}`,
      (signal) =>
        runTraining(config, directory, {
          ...{ ...resources, resume, signal },
          onStart: ({ parameters, outcomes }) =>
            bar.log(
              `run ${directory}: ${parameters.toLocaleString("en")} parameters, vocabulary ${outcomes.toLocaleString("en")}`,
            ),
          onPreparation: (fraction) => {
            prepared = PREPARATION_SHARE;
            bar.update(prepared * fraction, "training a model of the desired text, for the policy");
          },
          onEvaluation: ({ testLoss }) => {
            loss = `  test loss ${testLoss.toFixed(4)}`;
          },
          onStep: (step) => bar.update(prepared + (1 - prepared) * (step / steps), `step ${step}/${steps}${loss}`),
        }),
    );
    bar.stop();
    const faster = conventional && accelerations(costs, conventional);
    const learned = conventional === undefined || conventional[conventional.length - 1].testLoss < costs[0].testLoss;
    if (!learned)
      console.error(
        "the baseline ends with a higher test loss than this training began with; there is nothing to reach",
      );
    if (json) {
      const compared = conventional && { accelerations: faster ?? null };
      console.log(JSON.stringify({ run, ...summary, ...compared, checkpoint, testCurve: [...testCurve], costs }));
    } else {
      printNumbers(summary);
      if (conventional && learned) printAccelerations(faster);
      console.log(`\nThe model is ${checkpoint}; its losses at every evaluation are in ${join(run, "curve.jsonl")}.`);
    }
  } finally {
    bar.stop();
  }
}

/** How many times sooner the baseline's final test loss was reached, by each measure of cost. */
function printAccelerations(faster: Accelerations | undefined): void {
  if (faster === undefined) {
    console.log("acceleration     the final test loss of the baseline is never reached");
    return;
  }
  const units = { steps: "steps", tokens: "tokens", work: "gradients", seconds: "seconds" };
  const shown = Object.entries(units).map(
    ([key, unit]) => `${faster[key as keyof Accelerations].toFixed(3)} in ${unit}`,
  );
  console.log(`acceleration     ${shown.join(", ")}`);
}

/** A name and a number in every line. */
function printNumbers(numbers: Readonly<Record<string, number | null>>): void {
  for (const [name, value] of Object.entries(numbers)) console.log(`${name.padEnd(16)} ${value ?? "never there"}`);
}

function finite(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** The costs of a baseline: the directory of a training, or what its `train --json` printed. */
function readBaselineCosts(path: string): CostAt[] {
  if (existsSync(path) && statSync(path).isDirectory()) {
    const run = openRun(path, "training");
    const { steps } = run.config.training as { steps: number };
    if (run.finished === steps) return readCosts(run);
    throw new InputError(`the baseline ${path} is at step ${run.finished} of ${steps}; finish it with train --resume`);
  }
  const { success, data } = Costs.safeParse(readJson(path).costs);
  if (!success)
    throw new InputError(`the baseline ${path} must be the directory of a training, or what its train --json printed`);
  return data;
}

function readCurve(path: string, key: string, steps: number): Float64Array {
  const { testCurve: curve } = readJson(path);
  if (!Array.isArray(curve) || !curve.every(Number.isFinite))
    throw new InputError(`the baseline ${path} must hold a testCurve, a list of losses`);
  if (curve.length !== steps)
    throw new InputError(`the baseline ${path} has ${curve.length} steps, and ${key} is ${steps}`);
  return Float64Array.from(curve);
}

function readJson(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const unreadable = asInputError(error, `cannot read the baseline ${path}`);
    if (unreadable instanceof InputError) throw unreadable;
    throw new InputError(`the baseline ${path} is not valid JSON: ${(error as Error).message}`);
  }
}
