import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../src/files/package-root.js";
import { median, medianTime } from "./timing.js";
import { trainingSteps } from "./training.js";
import { transformerPasses } from "./transformer-passes.js";

const FRAMEWORKS = ["torch", "jax"] as const;
const ROUNDS = 7;
const WORKLOADS = ["gradient", "costate", "training"] as const;
type Workload = (typeof WORKLOADS)[number];

/**
 * The time of the transformer's gradient, costate pass and training step in PyTorch and in JAX / ours, on the same cores and in
 * turn: medians over rounds. Python is that of the virtual environment that BENCH_VENV names, or `python3`; what it does
 * not have is left out.
 */
export async function frameworkBench(): Promise<Record<string, number>> {
  const python = process.env.BENCH_VENV === undefined ? "python3" : join(process.env.BENCH_VENV, "bin", "python");
  const others = [];
  for (const name of FRAMEWORKS) {
    const framework = await started(python, name);
    if (framework !== undefined) others.push({ name, framework, ratios: { gradient: [], costate: [], training: [] } });
  }
  if (others.length === 0) return {};
  const passes = transformerPasses();
  const training = trainingSteps();
  const ours = { gradient: passes.gradient, costate: passes.costate, training: training.steps.plain };
  for (let round = 0; round < ROUNDS; round++) {
    for (const workload of WORKLOADS) {
      const own = await medianTime(ours[workload], 3);
      for (const { framework, ratios } of others) {
        const times = [];
        for (let i = 0; i < 4; i++) times.push(await framework.time(workload));
        // As in `medianTime`, the first is to warm up.
        (ratios[workload] as number[]).push(median(times.slice(1)) / own);
      }
    }
  }
  for (const { framework } of others) framework.stop();
  await passes.release();
  await training.release();
  return Object.fromEntries(
    others.flatMap(({ name, ratios }) =>
      WORKLOADS.map((workload) => [`${name}ToOur${capitalised(workload)}`, median(ratios[workload])]),
    ),
  );
}

interface Framework {
  /** Milliseconds of one run. */
  time(workload: Workload): Promise<number>;
  stop(): void;
}

/** Python with the framework, all compiled; undefined where it does not get so far. */
async function started(python: string, name: string): Promise<Framework | undefined> {
  const child: ChildProcess = spawn(python, [join(packageRoot, "bench", "frameworks.py"), name], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout! });
  const replies = lines[Symbol.asyncIterator]();
  // An error is a Python that is not there.
  const gone = once(child, "error").then(() => ({ done: true }));
  const first = await Promise.race([replies.next(), gone]);
  if (first.done) return undefined;
  return {
    async time(workload) {
      child.stdin!.write(`${workload}\n`);
      const { value, done } = await replies.next();
      if (done) throw new Error(`${python} frameworks.py ${name} ended while it ran ${workload}`);
      return Number(value);
    },
    stop: () => child.stdin!.end(),
  };
}

function capitalised(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}
