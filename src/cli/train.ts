import { readFileSync } from "node:fs";
import { Command } from "commander";
import { InputError } from "../errors.js";
import { asInputError } from "../files/atomic-file.js";
import { acceleration } from "../law/acceleration.js";
import { compressionRatio } from "../law/compression-ratio.js";
import { uniformPolicy } from "../learning/policy.js";
import { loadPolicy } from "../learning/policy-file.js";
import { resolveConfig } from "../runs/resolve-config.js";
import { withInterrupt } from "./interrupt.js";
import { deviceOption, jsonOption, memoryOption, type ResourceOptions, setOption, threadsOption } from "./options.js";
import { ProgressBar } from "./progress-bar.js";

interface Options extends ResourceOptions {
  set: string[];
  policy?: string;
  baseline?: string;
  json?: boolean;
}

export function trainCommand(): Command {
  return new Command("train")
    .summary("one learning process, conventional or under a policy")
    .description(
      `Learns once by gradient descent, conventionally or under a policy, and prints the area under the test loss, the
compression ratio, the final loss and, given a baseline, the acceleration over it.`,
    )
    .argument("[preset-or-config]", "a preset, a YAML file, or the config.yaml of a run", "quickstart")
    .addOption(setOption())
    .option("--policy <file>", "a policy in safetensors, such as a run's policies/epoch-0003.safetensors")
    .option("--baseline <file>", "JSON with a testCurve: what `train --json` printed, or a run's baseline.json")
    .addOption(deviceOption())
    .addOption(threadsOption())
    .addOption(memoryOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Example, after a search:
  learning-law train runs/quickstart-1/config.yaml --policy runs/quickstart-1/policies/epoch-0003.safetensors \\
    --baseline runs/quickstart-1/baseline.json`,
    )
    .action(train);
}

async function train(
  presetOrFile: string,
  { set, policy: file, baseline, json, ...resources }: Options,
): Promise<void> {
  const config = resolveConfig(presetOrFile, set);
  const { steps } = config.learning;
  const conventional = baseline === undefined ? undefined : readCurve(baseline, steps);
  // The engines take longer to load than help or a wrong key should.
  const { buildProblem } = await import("../runs/build-problem.js");
  const { LearningProcess } = await import("../learning/learning-process.js");
  const { mean } = await import("../learning/passes.js");
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
    else
      for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(16)} ${value ?? "never there"}`);
  } finally {
    bar.stop();
    await learning.release();
  }
}

function finite(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function readCurve(path: string, steps: number): Float64Array {
  let curve: unknown;
  try {
    curve = JSON.parse(readFileSync(path, "utf8")).testCurve;
  } catch (error) {
    const unreadable = asInputError(error, `cannot read the baseline ${path}`);
    if (unreadable instanceof InputError) throw unreadable;
    throw new InputError(`the baseline ${path} is not valid JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(curve) || !curve.every(Number.isFinite))
    throw new InputError(`the baseline ${path} must hold a testCurve, a list of losses`);
  if (curve.length !== steps)
    throw new InputError(`the baseline ${path} has ${curve.length} steps, and learning.steps is ${steps}`);
  return Float64Array.from(curve);
}
